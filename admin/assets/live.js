// Live progress and local times. Every page works without it: progress then needs a reload.
'use strict';

const localForm = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const utcForm = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone: 'UTC' });

// "5 hours ago, 24 Nov 2026, 04:12 (03:12 UTC)"
function showLocalTimes(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    const when = time.querySelector('.when');
    const alone = time.querySelector('.at');
    if (Number.isNaN(at.getTime())) continue;
    const local = `${localForm.format(at)} (${utcForm.format(at)} UTC)`;
    if (when) when.textContent = `, ${local}`;
    if (alone) alone.textContent = local;
  }
}

function keyOf(root) {
  const card = root.querySelector('[data-key]');
  return card ? card.dataset.key : '';
}

function announce(root, said) {
  const words = ['.headline', '.stage b'].map((name) => root.querySelector(name))
    .filter(Boolean).map((element) => element.textContent).join('. ');
  if (words !== said.words) {
    said.words = words;
    const place = document.getElementById('announce');
    if (place) place.textContent = words;
  }
}

// What is shown has a time: when the service stops answering, the page says since when, and no longer
// looks as if it went on.
function contactOf(live) {
  const note = document.getElementById('contact');
  let last = new Date();
  return {
    kept() {
      last = new Date();
      note.hidden = true;
      live.classList.remove('out-of-date');
    },
    lost(over) {
      note.querySelector('.since').textContent =
        new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(last);
      note.querySelector('.lost').hidden = over;
      note.querySelector('.over').hidden = !over;
      note.querySelector('a').href = location.href;
      note.hidden = false;
      live.classList.add('out-of-date');
    },
  };
}

function watch(live) {
  const said = { words: '' };
  const contact = contactOf(live);
  let shown = live.innerHTML;
  let wait = 2000;
  let over = false;

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(live.dataset.href, { cache: 'no-cache', redirect: 'error' });
    if (answer.status === 401) {
      over = true;
      contact.lost(true);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    wait = 2000;
    contact.kept();
    const text = await answer.text();
    if (text === shown) return;
    shown = text;
    const before = keyOf(live);
    // rendered and escaped by the service itself
    live.innerHTML = text;
    showLocalTimes(live);
    announce(live, said);
    // what stands around the card is out of date as well
    if (keyOf(live) !== before) location.reload();
  }

  async function again() {
    try {
      await look();
    } catch (error) {
      // the service may be starting again, or the network be gone for a moment
      contact.lost(false);
      wait = Math.min(wait * 2, 30000);
    }
    if (!over) setTimeout(again, wait);
  }
  setTimeout(again, wait);
  const lookNow = () => { if (!document.hidden && !over) look().catch(() => {}); };
  document.addEventListener('visibilitychange', lookNow);
  window.addEventListener('online', lookNow);
}

showLocalTimes(document);
const live = document.getElementById('live');
if (live && live.dataset.ended !== 'yes') watch(live);

// A second press of the button sends nothing; the service would not run it twice either.
for (const form of document.querySelectorAll('form[method="post"]'))
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});
