// The countdown to the next word, and "overdue". The page is right without this file; it is printed once per change and served to
// everybody, so the server's instant comes from the Date header of a small request, not from the page and not from this side's clock.
'use strict';
(async () => {
  const clocks = [...document.querySelectorAll('[data-promise]')];
  if (!clocks.length) return;
  let base = Date.now() - performance.now();
  try {
    const date = Date.parse((await fetch(location.href, { method: 'HEAD', cache: 'no-store' })).headers.get('date'));
    if (date) base = date - performance.now();
  } catch { /* The countdown then trusts this side's clock. */ }
  const words = (s) => {
    const m = Math.floor(s / 60), h = Math.floor(m / 60);
    return s < 60 ? `${s} s` : h ? `${h} h ${m % 60} min` : `${m} min`;
  };
  const tick = () => {
    for (const clock of clocks) {
      const left = Math.ceil((Date.parse(clock.querySelector('time').dateTime) - base - performance.now()) / 1000);
      clock.classList.toggle('late', left <= 0);
      const text = left > 0 ? `in ${words(left)}` : `overdue by ${words(-left)}`;
      const place = clock.querySelector('[data-left]');
      if (place.textContent !== text) place.textContent = text;
    }
  };
  tick();
  setInterval(tick, 1000);
})();
