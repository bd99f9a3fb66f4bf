"""Prints every message of a maildir as JSON, oldest first: envelope receiver, subject, headers, decoded text."""
import email, email.policy, json, os, sys

folder = os.path.join(sys.argv[1], "new")
paths = [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []
mails = []
for path in sorted(paths, key=os.path.getmtime):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    mails.append({
        "to": message["X-RcptTo"] or message["To"] or "",
        "subject": message["Subject"] or "",
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": body.get_content() if body else "",
    })
json.dump(mails, sys.stdout)
