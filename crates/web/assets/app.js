// Everything works without this file. With it times tick, the event stream patches the page in place, forms answer without a
// reload, and single keys work.
'use strict';
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const on = (event, run) => document.addEventListener(event, run);
const byId = (id) => document.getElementById(id);
const live = 'stream' in document.body.dataset;

// HTML becomes elements here only. The server has escaped it, and scripts in a parsed document do not run.
const policy = window.trustedTypes?.createPolicy('candor', { createHTML: (text) => text });
const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
const get = (answer) => answer.text();
const data = (form, button) => new URLSearchParams(new FormData(form, button));
const headers = { accept: 'text/html' };
const post = (path, body) => fetch(path, { method: 'POST', body, headers });

// --- the clock: the server's instant and monotonic time, not this side's clock
let base = 0;
const setClock = (iso, then = performance.now()) => { if (iso) base = Date.parse(iso) - then; };
const now = () => base + performance.now();
setClock($('meta[name=now]').content, performance.getEntriesByType('navigation')[0]?.responseStart || 0);

const { floor } = Math;
const two = (n) => String(n).padStart(2, '0');
const digits = (s) => {
  const d = floor(s / 86400), h = floor(s / 3600) % 24, tail = two(floor(s / 60) % 60) + ':' + two(s % 60);
  return d ? `${d} d ${two(h)}:${tail}` : h ? `${h}:${tail}` : tail;
};
const ago = (past) => {
  const s = Math.abs(past);
  const words = s < 60 ? 'under 1 min' : s < 3600 ? floor(s / 60) + ' min' : s < 172800 ? floor(s / 3600) + ' h' : floor(s / 86400) + ' days';
  return past < 0 ? 'in ' + words : words + ' ago';
};
const say = (time, text) => { if (time.firstChild.data !== text) time.firstChild.data = text; };
const tick = () => {
  for (const t of $$('time[data-countdown], time[data-elapsed], time[data-ago]')) {
    const past = floor((now() - Date.parse(t.dateTime)) / 1000);
    if ('ago' in t.dataset) say(t, ago(past));
    else say(t, digits('elapsed' in t.dataset ? Math.max(past, 0) : Math.abs(past)));
    const clock = 'countdown' in t.dataset && t.closest('[data-clock]');
    if (clock) { clock.classList.toggle('bad', past >= 0); clock.classList.toggle('due', past < 0); }
  }
};

// --- z: absolute times in UTC, and back
let utc = false;
const zone = () => {
  for (const t of $$('time[data-at]')) {
    const local = t.dataset.local ??= t.firstChild.data, iso = t.dateTime;
    say(t, utc ? (local.length > 5 ? iso.slice(5, 10) + ' ' : '') + iso.slice(11, 16) + 'Z' : local);
  }
};

// --- laying new elements over old ones: what is the same is not touched, so focus, typed text and scroll stay
const touched = (node) => node === document.activeElement && node.matches('input, textarea, select') || node.dataset.touched;
const mark = (node) => {
  const part = node?.closest('[data-live], .entry, .row');
  if (!part) return;
  part.classList.add('changed');
  setTimeout(() => part.classList.remove('changed'), 2000);
};
const lay = (old, fresh) => {
  if (old.nodeName !== fresh.nodeName) { old.replaceWith(fresh); return; }
  if (old.nodeType === 3) { if (old.data !== fresh.data) { old.data = fresh.data; mark(old.parentElement); } return; }
  if (old.isEqualNode(fresh) || touched(old) || (old.dateTime && old.dateTime === fresh.dateTime)) return;
  const kept = /^(open|data-local)$/;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept.test(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !kept.test(name)) old.setAttribute(name, value);
  if (old.tagName === 'TIME') delete old.dataset.local;
  if (old.tagName === 'TEXTAREA') { old.value = old.defaultValue = fresh.value; return; }
  const known = new Map([...old.children].map((n) => [n.id, n]));
  const stays = new Set([...fresh.children].map((n) => n.id));
  let at = old.firstChild;
  const drop = () => { const gone = at; at = at.nextSibling; gone.remove(); };
  for (const child of [...fresh.childNodes]) {
    while (at?.id && !stays.has(at.id)) drop();
    const same = child.id ? known.get(child.id) : at && !at.id && at.nodeName === child.nodeName && at;
    if (same) {
      if (same === at) at = at.nextSibling; else old.insertBefore(same, at);
      lay(same, child);
    } else {
      old.insertBefore(child, at);
      if (child.nodeType === 1) mark(child);
    }
  }
  while (at) drop();
};
const put = (parts) => {
  for (const part of parts) {
    const old = byId(part.id), list = byId(part.dataset.into);
    setClock(part.dataset.now);
    if (old) lay(old, part); else if (list) { list.append(part); mark(part); }
  }
  if (utc) zone();
  tick();
};
const patch = (text) => put([...parse(text).body.children]);
const take = (text) => {
  const fresh = parse(text);
  document.title = fresh.title;
  put($$('#unacknowledged, #said, #main', fresh));
};
const reload = () => fetch(location.href, { headers }).then(get).then(take).catch(() => {});

// --- the stream. A hidden tab closes it: twelve tabs must not use up a browser's connections to one server
let stream, down;
const banner = (text) => { byId('banner').textContent = text; };
const close = () => { stream?.close(); stream = null; };
const listen = () => {
  if (!live || document.hidden || stream) return;
  stream = new EventSource('/events?at=' + encodeURIComponent(location.pathname + location.search));
  stream.addEventListener('patch', (e) => patch(e.data));
  stream.addEventListener('now', (e) => setClock(e.data));
  stream.addEventListener('reload', reload);
  stream.onopen = () => { if (down) { down = null; banner(''); reload(); } };
  stream.onerror = () => {
    if (!down) {
      down = new Date(now());
      banner(`No live changes since ${two(down.getHours())}:${two(down.getMinutes())}. Trying again; reloading shows the newest.`);
    }
    // A refused stream does not come back by itself.
    if (stream?.readyState === 2) { close(); setTimeout(listen, 5000); }
  };
};
on('visibilitychange', () => { if (document.hidden) close(); else if (live) { listen(); reload(); } });

// --- forms: sent in the background, the answer laid over the page
const send = async (form, button) => {
  const body = data(form, button);
  form.ariaBusy = 'true';
  try {
    const answer = await post(form.action, body);
    const text = await get(answer);
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { location.assign(answer.url); return; }
    if (answer.ok) {
      for (const field of form.elements) {
        delete field.dataset.touched;
        if ('enter' in field.dataset) field.defaultValue = '';
      }
      form.reset();
      form.closest('details')?.removeAttribute('open');
    }
    take(text);
    byId('said')?.scrollIntoView({ block: 'nearest' });
  } catch {
    banner('Not sent: the server does not answer. What you typed is still here.');
  } finally { form.ariaBusy = null; }
};
on('submit', (e) => {
  const form = e.target;
  if (form.method !== 'post' || !byId('banner') || 'native' in form.dataset) return;
  e.preventDefault();
  if (form.ariaBusy) return;
  send(form, e.submitter);
});
let wait;
on('input', (e) => {
  e.target.dataset.touched = '1';
  if ('submit' in e.target.dataset) e.target.form.requestSubmit();
  const form = e.target.closest('[data-lint]');
  if (!form) return;
  clearTimeout(wait);
  wait = setTimeout(() => post(form.dataset.lint, data(form))
    .then((answer) => answer.ok ? get(answer) : '').then(patch).catch(() => {}), 400);
});

// --- keys
const focus = (id, tab) => {
  if (byId(tab)) byId(tab).checked = true;
  const field = byId(id);
  field?.focus();
  return field === document.activeElement;
};
const acknowledge = () => {
  const all = $$('form[data-ack]'), row = document.activeElement.closest('.row');
  const one = all.length === 1 ? all[0] : all.find((form) => form.closest('.row') === row);
  if (one) one.requestSubmit(); else if (all[0]) $('button', all[0]).focus();
};
const go = (path) => () => location.assign(path);
const keys = {
  'gn': go('/'), 'gi': go('/incidents'), 'ga': go('/alerts'), 'go': go('/on-call'), '?': go('/keys'), c: go('/declare'),
  '/': () => focus('q') || location.assign('/search'),
  n: () => focus('note-text', 'tab-log'),
  u: () => focus('acknowledge', 'tab-say'),
  k: acknowledge,
  z: () => { utc = !utc; zone(); },
};
const off = () => localStorage.getItem('keys') === 'off';
const shut = (except) => { for (const menu of $$('details.menu[open]')) if (!menu.contains(except)) menu.open = false; };
let g = -9999;
on('keydown', (e) => {
  const field = e.target.closest('input:not([type=radio], [type=checkbox]), textarea, select');
  if (e.key === 'Escape') { field?.blur(); shut(null); }
  if (e.key === 'Enter' && 'enter' in e.target.dataset && !e.shiftKey && !e.isComposing) { e.preventDefault(); e.target.form.requestSubmit(); }
  if (field || e.ctrlKey || e.metaKey || e.altKey || e.repeat || off()) return;
  if (e.key === 'g') { g = e.timeStamp; return; }
  const key = keys[(e.timeStamp - g < 1500 ? 'g' : '') + e.key];
  g = -9999;
  if (key) { e.preventDefault(); key(); }
});
on('click', (e) => {
  if (e.target.matches('a[data-tab]') && keys.u()) e.preventDefault();
  shut(e.target);
});
// Single keys can be turned off, for who dictates.
const toggle = $('[data-keys]');
const label = () => { toggle.hidden = false; toggle.textContent = `Turn single keys ${off() ? 'on' : 'off'} in this browser`; };
if (toggle) { label(); toggle.onclick = () => { localStorage.setItem('keys', off() ? 'on' : 'off'); label(); }; }
for (const button of $$('.scriptless')) button.remove();
setInterval(tick, 1000);
tick();
listen();
