// What the pages gain from script: figures that move, and keys. Without it everything is there and stands still.
(() => {
  'use strict';
  const $ = (q) => document.querySelector(q);
  const main = $('#main');
  const pause = $('#pause');
  const note = $('#livenote');
  let paused = false;
  let feed = null;
  let first = 0;

  // On a telephone the ways to the pages are a line that scrolls: the one where the reader is belongs into sight.
  const here = $('nav.side [aria-current]');
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;

  const show = (f) => {
    for (const e of document.querySelectorAll('[data-figure]')) {
      const text = f[e.dataset.figure];
      if (text !== undefined && e.textContent !== text) e.textContent = text;
    }
    // Tables stay as they are under the reader's eyes; the bar says that there is more.
    if (!first) first = f.seq;
    const more = f.seq - first;
    if (note) {
      note.textContent = (more > 0 ? '+' + more.toLocaleString('en') + ' since this page' : '')
        + (f.missed > 0 ? ', ' + f.missed + ' updates left out' : '');
    }
  };
  // Pictures and figures of the last minutes are made anew by the server; tables under the reader's eyes are not.
  let renewed = 0;
  const renew = async (f) => {
    if (!f.sampled || f.sampled - renewed < 10000 || !$('[data-part]')) return;
    const first = !renewed;
    renewed = f.sampled;
    if (first) return;
    try {
      const r = await fetch(location.href);
      if (!r.ok || paused) return;
      const fresh = new DOMParser().parseFromString(await r.text(), 'text/html');
      for (const e of document.querySelectorAll('[data-part]')) {
        const other = fresh.querySelector('[data-part="' + e.dataset.part + '"]');
        if (other && !e.contains(document.activeElement)) e.replaceWith(document.adoptNode(other));
      }
    } catch { /* the bar says that the node is not reached */ }
  };
  const watch = () => {
    if (!main || !main.dataset.live || feed || !window.EventSource) return;
    feed = new EventSource(main.dataset.live);
    feed.onmessage = (m) => { const f = JSON.parse(m.data); show(f); renew(f); };
    feed.onerror = () => { if (note) note.textContent = 'not connected, trying again'; };
  };
  const rest = () => { if (feed) feed.close(); feed = null; };
  const toggle = () => {
    if (!pause) return;
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    if (paused) rest(); else watch();
  };
  if (main && main.dataset.live && pause) {
    pause.hidden = false;
    pause.addEventListener('click', toggle);
    watch();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) rest(); else if (!paused) watch();
    });
    addEventListener('pagehide', rest);
  }

  // The past, event by event: the same pages the step links lead to, put in place of this one.
  const PLAY_MILLIS = 400;
  let playing = '';
  const buttons = () => {
    for (const b of document.querySelectorAll('[data-play]')) {
      b.hidden = false;
      b.setAttribute('aria-pressed', String(b.dataset.play === playing));
    }
  };
  const turn = async (way) => {
    const began = performance.now();
    const link = $('.moment [data-step=' + way + ']');
    const answer = link && await fetch(link.href);
    if (!answer || !answer.ok) return stop();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (playing !== way) return;
    for (const q of ['.moment', 'main']) $(q).replaceChildren(...page.querySelector(q).childNodes);
    document.title = page.title;
    history.replaceState(null, '', answer.url);
    buttons();
    setTimeout(() => { if (playing === way) turn(way).catch(stop); }, Math.max(0, PLAY_MILLIS - performance.now() + began));
  };
  const stop = () => { playing = ''; buttons(); };
  const play = (way) => {
    if (playing === way) return stop();
    playing = way;
    buttons();
    turn(way).catch(stop);
  };
  buttons();
  document.addEventListener('click', (e) => {
    const b = e.target.closest('[data-play]');
    if (b) play(b.dataset.play); else if (playing && e.target.closest('a')) stop();
  });

  const help = $('#help');
  const keysOn = () => { try { return localStorage.getItem('svcdht-keys') !== 'off'; } catch { return true; } };
  const keysBox = $('#keys');
  if (keysBox) {
    keysBox.checked = keysOn();
    keysBox.addEventListener('change', () => {
      try { localStorage.setItem('svcdht-keys', keysBox.checked ? 'on' : 'off'); } catch { /* then for this page */ }
    });
  }
  const go = (q) => { const a = $(q); if (a) a.click(); return Boolean(a); };
  const row = (by) => {
    const rows = [...document.querySelectorAll('main tbody a:first-child')].filter((a) => a.closest('td:first-child'));
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
  };
  let g = false;
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest('input,select,textarea')) { if (e.key === 'Escape') e.target.blur(); return; }
    if (e.key !== '?' && (!keysOn() || (keysBox && !keysBox.checked))) return;
    if (g) {
      g = false;
      const way = [...document.querySelectorAll('nav.side a')].find((a) => a.dataset.key === e.key);
      if (way) { way.click(); e.preventDefault(); }
      return;
    }
    const done = {
      '/': () => { $('#find').focus(); return true; },
      'g': () => { g = true; return true; },
      '.': () => go('[data-step=forth]'),
      ',': () => go('[data-step=back]'),
      'j': () => { row(1); return true; },
      'k': () => { row(-1); return true; },
      'y': () => {
        if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(() => {
          if (note) note.textContent = 'link copied';
        });
        return true;
      },
      ' ': () => { if (e.target.closest('button,summary,a')) return false; if ($('[data-play]')) { play(playing || 'forth'); return true; } toggle(); return Boolean(pause && !pause.hidden); },
      '?': () => { if (help) { if (help.open) help.close(); else help.showModal(); } return true; },
      'Escape': () => (help && help.open ? false : document.querySelector('.moment.past') ? go('#live') : false),
    }[e.key];
    if (done && done()) e.preventDefault();
  });
})();
