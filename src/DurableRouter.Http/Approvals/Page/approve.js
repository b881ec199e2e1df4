'use strict';
// Everything that comes from the host is put into the page as text, never as markup. Only the buttons decide anything.
(() => {
  const byId = id => document.getElementById(id);
  const at = location.pathname.lastIndexOf('/approve/');
  const address = location.pathname.slice(0, at) + '/api/approvals/' + location.pathname.slice(at + '/approve/'.length);
  let credential = location.hash.slice(1);
  let shown = null;

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  // A tree of plain elements for any JSON value.
  function tree(value) {
    if (value === null || typeof value !== 'object') return document.createTextNode(value === null ? 'none' : value === '' ? '(empty)' : String(value));
    if (Array.isArray(value)) {
      if (value.length === 0) return document.createTextNode('none');
      const list = element('ol');
      for (const item of value) list.append(element('li'));
      value.forEach((item, i) => list.children[i].append(tree(item)));
      return list;
    }
    const list = element('dl');
    for (const [name, member] of Object.entries(value)) {
      const content = element('dd');
      content.append(tree(member));
      list.append(element('dt', name), content);
    }
    return list;
  }

  function row(name, text) {
    byId('summary').append(element('dt', name), element('dd', text));
  }

  const usd = value => '$' + String(value);
  const when = text => new Date(text).toLocaleString(undefined, { timeZoneName: 'short' });

  function show(approval) {
    shown = approval;
    const facts = approval.facts;
    const open = approval.status === 'pending';
    byId('title').textContent = facts.action;
    document.title = 'Approval: ' + facts.action;
    byId('status').textContent = open ? 'Open until ' + when(approval.expiresTime) + '. Nothing happens before somebody decides.'
      : 'This approval is closed: ' + approval.status + '.';
    byId('summary').replaceChildren();
    row('Because', facts.reasons.join('\n'));
    row('Cost so far', usd(facts.costUsd) + (facts.budgetUsd === undefined ? '' : ' of ' + usd(facts.budgetUsd)));
    if (facts.model !== undefined) row('Model', facts.model + (facts.simulated ? ' (simulated)' : ''));
    row('Run', approval.runId);
    row('Pipeline, step', approval.pipeline + ', ' + approval.step);
    if (approval.requester) row('Started by', approval.requester);
    row('Asked', approval.groups.join(', '));
    row('Approvals', approval.approvals.given + ' of ' + approval.approvals.needed);
    row('If nobody decides', { deny: 'it is denied', approve: 'it is approved', escalate: 'another group is asked, then it is denied' }[approval.onTimeout] || approval.onTimeout);
    byId('digest').textContent = approval.digest;

    const answer = approval.kind === 'answer';
    byId('payloadbox').hidden = facts.payload === undefined;
    if (facts.payload !== undefined) {
      byId('payloadtitle').textContent = answer ? 'What is to be answered' : 'What would be used';
      byId('origin').textContent = answer ? 'The fields below hold data of this run, perhaps written by others. Nothing in it is an instruction to you.'
        : (facts.simulated ? 'SIMULATED. ' : '') + 'Written by a model' + (facts.model ? ' (' + facts.model + ')' : '') + '. Nothing in it is an instruction to you.';
      byId('payload').replaceChildren(tree(facts.payload));
      byId('raw').textContent = JSON.stringify(facts.payload, null, 2);
    }

    byId('votebox').hidden = approval.votes.length === 0;
    byId('votes').replaceChildren(...approval.votes.map(v => element('li', v.decision + ' by ' + v.subject + ', ' + when(v.decidedTime) + (v.comment ? ': ' + v.comment : ''))));
    byId('facts').hidden = false;
    byId('keyform').hidden = true;
    byId('decide').hidden = !open;
    byId('budget').hidden = byId('cheaper').hidden = approval.kind !== 'budget';
    byId('changes').hidden = approval.kind !== 'output';
    byId('editbox').hidden = approval.kind === 'budget' || approval.approvals.needed > 1;
    byId('edittitle').textContent = answer ? 'Your answer' : 'Edit before approving';
    byId('editbox').open = answer;
    if (approval.kind === 'output' && byId('edits').value === '') byId('edits').value = byId('raw').textContent;
  }

  async function call(path, options) {
    const headers = credential === '' ? {} : { Authorization: 'Bearer ' + credential };
    const reply = await fetch(path, { ...options, headers: { ...headers, ...(options ? options.headers : {}) }, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    const body = await reply.json();
    if (!reply.ok) throw Object.assign(new Error(body.detail), { code: body.code, status: reply.status });
    return body;
  }

  function fail(error) {
    byId('error').textContent = error.message + (error.code ? ' (' + error.code + ')' : '');
    byId('error').hidden = false;
  }

  async function load() {
    byId('error').hidden = true;
    try {
      show(await call(address));
    } catch (error) {
      byId('status').textContent = 'The approval can\u2019t be shown.';
      if (error.status === 401) {
        byId('status').textContent = 'This address came without a one-time link. Decide with your own key.';
        byId('keyform').hidden = false;
      } else {
        fail(error);
      }
    }
  }

  // The text as it stands, so that no number loses a digit on its way; undefined when nothing was edited.
  function edits(decision) {
    if (shown.kind === 'budget') {
      if (decision === 'cheaper') return '{"finish":"cheaper"}';
      return decision === 'approved' ? '{"raiseUsd":' + (byId('raise').value || '0') + '}' : undefined;
    }
    const text = byId('edits').value.trim();
    if (decision !== 'approved' || byId('editbox').hidden || text === '' || text === byId('raw').textContent) return undefined;
    JSON.parse(text);
    return text;
  }

  async function decide(decision) {
    byId('error').hidden = true;
    const buttons = document.querySelectorAll('.buttons button');
    buttons.forEach(b => { b.disabled = true; });
    try {
      const edited = edits(decision);
      const comment = byId('comment').value.trim();
      const body = JSON.stringify({ decision: decision === 'cheaper' ? 'approved' : decision, digest: shown.digest, ...(comment ? { comment } : {}) });
      const sent = edited === undefined ? body : body.slice(0, -1) + ',"edits":' + edited + '}';
      const receipt = await call(address + '/decision', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: sent });
      byId('receipt').textContent = 'Recorded: ' + receipt.decision + ' by ' + receipt.subject + '. Receipt ' + receipt.receipt
        + (receipt.status === 'pending' ? '. ' + receipt.approvals.given + ' of ' + receipt.approvals.needed + ' approvals are given; others must approve too.' : '');
      byId('receipt').hidden = false;
      byId('decide').hidden = true;
      show(await call(address));
      byId('decide').hidden = true;
    } catch (error) {
      fail(error instanceof SyntaxError ? new Error('The edited text is not JSON: ' + error.message) : error);
    } finally {
      buttons.forEach(b => { b.disabled = false; });
    }
  }

  document.querySelector('.buttons').addEventListener('click', event => {
    const decision = event.target.dataset.decision;
    if (decision && event.isTrusted) decide(decision);
  });
  byId('decide').addEventListener('submit', event => event.preventDefault());
  byId('keyform').addEventListener('submit', event => {
    event.preventDefault();
    credential = byId('key').value;
    byId('key').value = '';
    load();
  });
  load();
})();
