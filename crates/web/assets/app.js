// Everything works without this file. With it: times tick from the server's instant, the event stream patches the page in place,
// forms answer without a reload, and single keys work.
'use strict';
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  // HTML becomes elements in one place only, and never by innerHTML. The server has escaped it; scripts in it do not run.
  const policy = window.trustedTypes?.createPolicy('candor', { createHTML: (text) => text });
  const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');

  // --- the clock: the server's instant plus monotonic time, so a wrong clock on this side does not matter
  let base = 0;
  const setClock = (iso, then = performance.now()) => { if (iso) base = Date.parse(iso) - then; };
  const now = () => base + performance.now();
  setClock($('meta[name=now]').content, performance.getEntriesByType('navigation')[0]?.responseStart || 0);

  const two = (n) => String(n).padStart(2, '0');
  const digits = (s) => {
    const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, tail = two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
    return d ? `${d} d ${two(h)}:${tail}` : h ? `${h}:${tail}` : tail;
  };
  const ago = (s) => {
    const a = Math.abs(s);
    const words = a < 60 ? 'under 1 min' : a < 3600 ? `${Math.floor(a / 60)} min` : a < 172800 ? `${Math.floor(a / 3600)} h` : `${Math.floor(a / 86400)} days`;
    return s < 0 ? 'in ' + words : words + ' ago';
  };
  // Only the text changes, and only when it is another: no layout, no chatter.
  const say = (node, text) => {
    const first = node.firstChild;
    if (first?.nodeType === 3) { if (first.data !== text) first.data = text; } else node.prepend(text);
  };
  const tick = () => {
    for (const t of $$('time[data-countdown], time[data-elapsed], time[data-ago]')) {
      const past = Math.floor((now() - Date.parse(t.dateTime)) / 1000);
      if ('ago' in t.dataset) { say(t, ago(past)); continue; }
      if ('elapsed' in t.dataset) { say(t, digits(Math.max(past, 0))); continue; }
      say(t, digits(Math.abs(past)));
      const clock = t.closest('[data-clock]');
      if (clock) { clock.classList.toggle('bad', past >= 0); clock.classList.toggle('due', past < 0); }
    }
  };
  setInterval(tick, 1000);

  // --- z: absolute times in UTC and back
  let utc = false;
  const zone = () => {
    for (const t of $$('time[data-at]')) {
      t.dataset.local ??= t.firstChild.data;
      const iso = t.dateTime;
      say(t, utc ? (/\d .* /.test(t.dataset.local) ? iso.slice(5, 10) + ' ' : '') + iso.slice(11, 16) + 'Z' : t.dataset.local);
    }
  };

  // --- laying new elements over old ones: what did not change is not touched, so focus, selection, typed text and scroll stay
  const touched = (node) => node === document.activeElement
    || (/^(INPUT|TEXTAREA)$/.test(node.tagName) && (/radio|checkbox/.test(node.type) ? node.checked !== node.defaultChecked : node.value !== node.defaultValue))
    || (node.tagName === 'SELECT' && node.dataset.touched);
  const mark = (node) => {
    const live = node.closest('[data-live], .entry, .row');
    if (!live) return;
    live.classList.remove('changed');
    void live.offsetWidth;
    live.classList.add('changed');
    setTimeout(() => live.classList.remove('changed'), 2000);
  };
  const attributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !(name === 'open' && old.tagName === 'DETAILS') && !/^data-(local|touched)$/.test(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && name !== 'open') old.setAttribute(name, value);
  };
  const lay = (old, fresh) => {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) { old.replaceWith(fresh); return; }
    if (old.nodeType === 3) {
      if (old.data !== fresh.data) { old.data = fresh.data; mark(old.parentElement); }
      return;
    }
    if (old.nodeType !== 1 || old.isEqualNode(fresh) || touched(old)) return;
    if (old.tagName === 'TIME' && old.dateTime === fresh.dateTime) return;
    delete old.dataset.local;
    attributes(old, fresh);
    if (old.tagName === 'TEXTAREA') { old.value = old.defaultValue = fresh.defaultValue; return; }
    const byId = new Map([...old.children].filter((n) => n.id).map((n) => [n.id, n]));
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const known = child.id && byId.get(child.id);
      if (known) {
        if (known !== at) old.insertBefore(known, at); else at = at.nextSibling;
        lay(known, child);
      } else if (at && !child.id && !at.id && at.nodeName === child.nodeName) {
        const next = at.nextSibling;
        lay(at, child);
        at = next;
      } else {
        old.insertBefore(child, at);
        if (child.nodeType === 1) mark(child);
      }
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  };
  const patch = (html) => {
    const fresh = parse(html);
    for (const part of [...fresh.body.children]) {
      const old = part.id && document.getElementById(part.id);
      if (old) lay(old, part);
      else if (part.dataset.into) { const list = document.getElementById(part.dataset.into); if (list) { list.append(part); mark(part); } }
      if (part.dataset.now) setClock(part.dataset.now);
    }
    settle();
  };
  const settle = () => { if (utc) zone(); tick(); };
  const take = (html) => {
    const fresh = parse(html);
    document.title = fresh.title;
    setClock($('meta[name=now]', fresh)?.content);
    for (const id of ['unacknowledged', 'main']) {
      const [old, part] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && part) lay(old, part);
    }
    settle();
  };
  const reload = () => fetch(location.href, { headers: { accept: 'text/html' } })
    .then((answer) => answer.text()).then(take).catch(() => {});

  // --- the stream. A hidden tab closes it: twelve tabs must not use up the connections a browser has for one server.
  let stream, downSince;
  const banner = (text) => { const line = $('#banner'); if (line && line.textContent !== text) line.textContent = text; };
  const listen = () => {
    if (!('stream' in document.body.dataset) || document.hidden || stream) return;
    stream = new EventSource('/events?at=' + encodeURIComponent(location.pathname + location.search));
    stream.addEventListener('patch', (e) => patch(e.data));
    stream.addEventListener('now', (e) => setClock(e.data));
    stream.addEventListener('reload', reload);
    stream.onopen = () => { if (downSince) { downSince = 0; banner(''); reload(); } };
    stream.onerror = () => {
      downSince ||= now();
      const at = new Date(downSince);
      banner(`No live changes since ${two(at.getHours())}:${two(at.getMinutes())}. Trying again; forms still work, and reloading shows the newest.`);
      // A stream that the server refused does not come back by itself.
      if (stream?.readyState === 2) { stream = null; setTimeout(listen, 5000); }
    };
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { stream?.close(); stream = null; } else { listen(); if ('stream' in document.body.dataset) reload(); }
  });
  addEventListener('pagehide', () => { stream?.close(); stream = null; });
  addEventListener('pageshow', (e) => { if (e.persisted) { reload(); listen(); } });
  listen();

  // --- forms: sent in the background, the answer laid over the page
  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    form.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(button?.formAction || form.action, { method: 'POST', body, headers: { accept: 'text/html' } });
      const html = await answer.text();
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { location.assign(answer.url); return; }
      if (answer.ok) { form.reset(); for (const s of $$('select', form)) delete s.dataset.touched; const menu = form.closest('details'); if (menu) menu.open = false; }
      take(html);
      $('#said')?.scrollIntoView({ block: 'nearest' });
    } catch {
      banner('That was not sent: the server does not answer. What you typed is still here; try again.');
    } finally { form.removeAttribute('aria-busy'); }
  };
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (form.method !== 'post' || !$('#main', document) || document.body.classList.contains('bare') || form.action.endsWith('/sign-out')) return;
    e.preventDefault();
    if (!form.hasAttribute('aria-busy')) send(form, e.submitter);
  });
  document.addEventListener('change', (e) => {
    if (e.target.tagName === 'SELECT') e.target.dataset.touched = '1';
    if ('submit' in e.target.dataset) e.target.form.requestSubmit();
  });

  // --- the lint beside the composer
  let wait;
  document.addEventListener('input', (e) => {
    const form = e.target.closest('[data-lint]');
    if (!form) return;
    clearTimeout(wait);
    wait = setTimeout(() => fetch(form.dataset.lint, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
      .then((answer) => answer.ok && answer.text()).then((html) => html && patch(html)).catch(() => {}), 400);
  });

  // --- keys
  const places = { n: '/', i: '/incidents', a: '/alerts', o: '/on-call', s: '/settings' };
  const focus = (id, tab) => {
    if (tab && $('#' + tab)) $('#' + tab).checked = true;
    const field = document.getElementById(id);
    field?.focus();
    field?.scrollIntoView({ block: 'nearest' });
    return field;
  };
  const acknowledge = () => {
    const here = document.activeElement.closest('.row')?.querySelector('form[data-ack]');
    const all = $$('form[data-ack]');
    if (here || all.length === 1) (here || all[0]).requestSubmit(); else $('button', all[0])?.focus();
  };
  const keys = {
    '?': () => location.assign('/keys'),
    '/': () => focus('q').offsetParent || location.assign('/search'),
    c: () => location.assign('/declare'),
    n: () => focus('note-text', 'tab-log'),
    u: () => focus('acknowledge', 'tab-say'),
    k: () => $('form[data-ack]') && acknowledge(),
    z: () => { utc = !utc; zone(); },
  };
  let went = 0;
  document.addEventListener('keydown', (e) => {
    const field = e.target.closest('input:not([type=radio], [type=checkbox]), textarea, select');
    if (e.key === 'Escape') { field?.blur(); for (const menu of $$('details.menu[open]')) menu.open = false; return; }
    if ('enter' in e.target.dataset && e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); e.target.form.requestSubmit(); return; }
    if (field || e.ctrlKey || e.metaKey || e.altKey || e.repeat || localStorage.getItem('keys') === 'off') return;
    if (e.key === 'g') { went = e.timeStamp; return; }
    const place = e.timeStamp - went < 1500 && places[e.key];
    went = 0;
    if (place) location.assign(place); else if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
  });
  document.addEventListener('click', (e) => {
    const link = e.target.closest('a[data-tab]');
    if (link && focus('acknowledge', link.dataset.tab)) e.preventDefault();
    for (const menu of $$('details.menu[open]')) if (!menu.contains(e.target)) menu.open = false;
  });

  // Single keys can be turned off, for those who dictate.
  const toggle = $('[data-keys]');
  if (toggle) {
    const words = () => { toggle.hidden = false; toggle.textContent = `Turn single keys ${localStorage.getItem('keys') === 'off' ? 'on' : 'off'} in this browser`; };
    toggle.addEventListener('click', () => { localStorage.setItem('keys', localStorage.getItem('keys') === 'off' ? 'on' : 'off'); words(); });
    words();
  }
  for (const button of $$('.scriptless')) button.hidden = true;
  tick();
})();
