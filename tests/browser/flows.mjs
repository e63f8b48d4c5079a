// What a person does in a browser, one function a flow. Called by test_browser.py:
//   node flows.mjs FLOW '{"url","screens","chromium","playwright", ...}'
// The last line of output is what the flow found out, as JSON.
import { createRequire } from 'node:module';
import { strict as assert } from 'node:assert';

const [flow, text] = process.argv.slice(2);
const given = JSON.parse(text);
const { chromium } = createRequire(`${given.playwright}/`)('playwright-core');
const home = `/${given.environment}`;

const screen = (page, name) => page.screenshot({ path: `${given.screens}/${name}.png`, fullPage: true });
const headline = (page) => page.locator('.headline').first().innerText();

async function signIn(page, user = 'ada', password = given.password) {
  await page.goto(`${given.url}/login`);
  await page.getByLabel('Name').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function watchToTheEnd(page, seconds = 150) {
  await page.waitForFunction(() => document.querySelector('#live')?.dataset.ended === 'yes', null,
    { timeout: seconds * 1000 });
  return { headline: await headline(page), text: await page.locator('#live').innerText(), address: page.url() };
}

async function startRestore(page, archive) {
  await page.goto(`${given.url}${home}/archives/${archive}/restore`);
  await page.getByLabel('Why?').fill('orders were deleted by mistake');
  await page.getByLabel('To be sure').fill(given.environment);
  await page.getByRole('button', { name: /Restore this archive|Undo the last restore/ }).click();
  await page.waitForURL('**/requests/*');
}

const flows = {
  async signs_in(page) {
    await page.goto(`${given.url}${home}/archives`);
    await screen(page, 'login');
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await screen(page, 'login-wrong-password');
    await page.getByLabel('Password').fill(given.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/archives');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    return {};
  },

  async is_locked_out(page) {
    for (let time = 0; time < 5; time += 1) await signIn(page, 'vic', 'wrong');
    await signIn(page, 'vic');
    await screen(page, 'login-locked');
    return { alert: await page.getByRole('alert').innerText() };
  },

  async session_ends(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}/history`);
    await page.waitForTimeout(given.idle_seconds * 1000 + 1500);
    await page.goto(`${given.url}${home}/history`);
    return { address: page.url() };
  },

  async loses_contact(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}`);
    const before = await page.locator('#contact').isVisible();
    await page.context().setOffline(true);
    await page.getByText('No contact since').waitFor();
    const offline = await page.locator('#contact').innerText();
    await page.context().setOffline(false);
    await page.locator('#contact').waitFor({ state: 'hidden' });
    await page.context().clearCookies({ name: 'authelia_session' });
    await page.getByText('Your session is over').waitFor();
    await screen(page, 'no-contact');
    let polls = 0;
    page.on('request', () => { polls += 1; });
    await page.waitForTimeout(5000);
    return { before, offline, over: await page.locator('#contact').innerText(), polls, address: page.url() };
  },

  async looks_around(page) {
    const problems = [];
    page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => { if (!request.url().startsWith(given.url)) problems.push(request.url()); });
    await signIn(page);
    for (const [name, path] of Object.entries(given.pages)) {
      await page.goto(`${given.url}${path}`);
      await screen(page, name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) problems.push(`${name} is ${wide} pixels too wide`);
      const unnamed = await page.evaluate(() => [...document.querySelectorAll('input:not([type=hidden]), select, button, a, img')]
        .filter((e) => !(e.innerText || e.alt !== undefined || e.ariaLabel || e.labels?.length)).map((e) => e.outerHTML));
      problems.push(...unnamed.map((html) => `${name}: without a name: ${html}`));
      if (await page.locator('h1').count() !== 1) problems.push(`${name} has not one h1`);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const name of ['overview', 'restore', 'closed', 'busy']) {
      await page.goto(`${given.url}${given.pages[name]}`);
      await screen(page, `${name}-dark`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'light' });
    for (const [name, path] of Object.entries(given.pages)) {
      await page.goto(`${given.url}${path}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) problems.push(`${name} is ${wide} pixels too wide for a phone`);
      if (['overview', 'archive', 'restore', 'closed', 'busy', 'retention'].includes(name)) await screen(page, `${name}-phone`);
    }
    await page.goto(`${given.url}${given.pages.restore}`);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await screen(page, 'restore-unfolded-phone');
    const unfolded = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (unfolded > 0) problems.push(`the unfolded restore is ${unfolded} pixels too wide for a phone`);
    return { problems };
  },

  async keyboard(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}`);
    await page.keyboard.press('Tab');
    const first = await page.evaluate(() => document.activeElement.innerText);
    await page.keyboard.press('Enter');
    const main = await page.evaluate(() => document.activeElement.id);
    const time = await page.locator('.archives time .when').first().innerText();
    return { first, main, time };
  },

  async backs_up(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}`);
    await page.getByRole('link', { name: 'Back up now' }).click();
    await page.getByLabel('Why do you make it?').fill(given.description);
    await page.getByRole('button', { name: 'Start the backup' }).click();
    await page.waitForURL('**/requests/*');
    await page.locator('.progress').waitFor({ timeout: 60000 });
    await screen(page, 'backup-running');
    const stage = await page.locator('.stage').innerText();
    const second = await page.context().newPage();
    await second.goto(`${given.url}${home}/backup`);
    await screen(second, 'backup-while-one-runs');
    await second.getByRole('button', { name: 'Start the backup' }).click();
    const refused = await watchToTheEnd(second);
    await screen(second, 'backup-refused');
    await second.close();
    process.stderr.write('REFUSED\n');
    const ended = await watchToTheEnd(page);
    await screen(page, 'backup-done');
    return { stage, refused, ended };
  },

  async restores(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}/archives/${given.archive}/restore`);
    await screen(page, 'restore-confirmation');
    await page.getByLabel('To be sure').fill('something-else');
    await page.getByRole('button', { name: 'Restore this archive' }).click();
    const wrong = await page.getByRole('alert').innerText();
    await startRestore(page, given.archive);
    await page.locator('.progress').waitFor({ timeout: 60000 });
    await page.locator('.stage', { hasText: /Clearing|Putting|Comparing|Starting|Letting/ }).waitFor();
    await screen(page, 'restore-running');
    const ended = await watchToTheEnd(page);
    await screen(page, 'restore-done');
    return { wrong, ended };
  },

  async undoes(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}`);
    await screen(page, 'overview-after-restore');
    await page.getByRole('link', { name: 'Undo the last restore' }).click();
    await screen(page, 'undo-confirmation');
    await page.getByLabel('To be sure').fill(given.environment);
    await page.getByRole('button', { name: 'Undo the last restore' }).click();
    await page.waitForURL('**/requests/*');
    return { ended: await watchToTheEnd(page) };
  },

  async pins(page) {
    await signIn(page);
    await page.goto(`${given.url}${home}/archives/${given.archive}`);
    await page.getByLabel('Why it must stay').fill('before the migration');
    await page.getByRole('button', { name: 'Pin' }).click();
    await page.waitForURL('**/requests/*');
    const ended = await watchToTheEnd(page);
    await page.waitForTimeout(2500);
    await page.goto(`${given.url}${home}/archives/${given.archive}`);
    await screen(page, 'archive-pinned');
    const pinned = await page.getByRole('button', { name: 'Unpin' }).count();
    return { ended, pinned };
  },

  async looks_only(page) {
    await signIn(page, 'vic');
    await page.goto(`${given.url}${home}`);
    await screen(page, 'overview-viewer');
    const buttons = await page.getByRole('link', { name: /Back up now|Bring data back|Undo/ }).count();
    await page.goto(`${given.url}${home}/archives/${given.archive}/restore`);
    await screen(page, 'restore-viewer');
    return { buttons, text: await page.locator('main').innerText() };
  },

  // without JavaScript the page reloads itself
  async watches_without_scripts(page) {
    await signIn(page);
    await page.goto(`${given.url}${given.request}`);
    const refresh = await page.locator('meta[http-equiv=refresh]').count();
    return { refresh, headline: await headline(page) };
  },
};

const browser = await chromium.launch({ executablePath: given.chromium, args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, javaScriptEnabled: !given.without_scripts, locale: 'en-GB',
    timezoneId: 'Europe/Berlin', viewport: { width: 1200, height: 850 } });
  await context.addCookies([{ name: 'authelia_session', value: given.authelia || 'ada-session', url: given.url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  assert(flows[flow], `no flow ${flow}`);
  try {
    console.log(JSON.stringify(await flows[flow](page)));
  } catch (error) {
    await screen(page, `failed-${flow}`);
    throw error;
  }
} finally {
  await browser.close();
}
