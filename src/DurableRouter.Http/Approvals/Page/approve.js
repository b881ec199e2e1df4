'use strict';
// Everything that comes from the host is put into the page as text, never as markup. Only the buttons decide anything.
(() => {
  const byId = id => document.getElementById(id);
  const at = location.pathname.lastIndexOf('/approve/');
  const address = location.pathname.slice(0, at) + '/api/approvals/' + location.pathname.slice(at + '/approve/'.length);
  let credential = location.hash.slice(1);
  let shown = null;

  // What is invisible, or turns the direction of the text around it, is shown by its number; the one sign that a picture symbol may have isn't.
  const invisible = /(?!(?<=\p{So})[\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  const byNumber = sign => sign.split('').map(unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')).join('');
  const visible = text => String(text).replace(invisible, sign => sign === '\n' || sign === '\t' ? sign : byNumber(sign));

  function element(name, text) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = visible(text);
    return made;
  }

  // JavaScript would round numbers of many digits, and another number than the one shown would be approved. So every number is read as the text
  // '#' and its digits, and every string gets a '$' before it.
  const exact = text => JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*/g,
    (token, string, colon) => colon ? token : string ? '"$' + string.slice(1) : '"#' + token + '"'));

  // A tree of plain elements for any value that exact() read.
  function tree(value) {
    if (value === '$') return document.createTextNode('(empty)');
    if (typeof value === 'string') return document.createTextNode(visible(value.slice(1)));
    if (value === null || typeof value !== 'object') return document.createTextNode(value === null ? 'none' : String(value));
    if (Object.keys(value).length === 0) return document.createTextNode('none');
    const list = element(Array.isArray(value) ? 'ol' : 'dl');
    for (const [name, member] of Object.entries(value)) {
      const content = element(Array.isArray(value) ? 'li' : 'dd');
      content.dir = 'auto';
      content.append(tree(member));
      list.append(...(Array.isArray(value) ? [content] : [element('dt', name), content]));
    }
    return list;
  }

  // The same value as JSON again, digit by digit.
  function json(value, indent = '') {
    const quoted = text => JSON.stringify(text).replace(invisible, byNumber);
    if (typeof value === 'string') return value[0] === '#' ? value.slice(1) : quoted(value.slice(1));
    if (value === null || typeof value !== 'object') return String(value);
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const inner = indent + '  ';
    const parts = Object.entries(value).map(([name, member]) => (open === '{' ? quoted(name) + ': ' : '') + json(member, inner));
    return parts.length === 0 ? open + close : open + '\n' + inner + parts.join(',\n' + inner) + '\n' + indent + close;
  }

  function row(name, text) {
    byId('summary').append(element('dt', name), element('dd', text));
  }

  const usd = digits => '$' + digits.slice(1);
  const when = text => new Date(text).toLocaleString(undefined, { timeZoneName: 'short' });

  function show(text) {
    const approval = JSON.parse(text);
    const read = exact(text);
    const stated = read.facts;
    shown = approval;
    const facts = approval.facts;
    const open = approval.status === 'pending';
    byId('title').textContent = visible(facts.action);
    document.title = 'Approval: ' + visible(facts.action);
    byId('status').textContent = open ? 'Open until ' + when(approval.expiresTime) + '. Nothing happens before somebody decides.'
      : 'This approval is closed: ' + approval.status + '.';
    byId('summary').replaceChildren();
    row('Because', facts.reasons.join('\n'));
    row('Cost so far', usd(stated.costUsd) + (typeof stated.budgetUsd === 'string' ? ' of ' + usd(stated.budgetUsd) : ''));
    if (facts.call) row('Tool', facts.call.tool + ' (' + facts.call.scope + '): ' + facts.call.method + ' ' + facts.call.url + ', ' + usd(stated.call.costUsd) + ' a call');
    if (typeof facts.model === 'string') row('Model', facts.model + (facts.simulated ? ' (simulated)' : ''));
    row('Run', approval.runId);
    row('Pipeline, step', approval.pipeline + ', ' + approval.step);
    if (approval.requester) row('Started by', approval.requester);
    row('Asked', approval.groups.join(', '));
    row('Approvals', approval.approvals.given + ' of ' + approval.approvals.needed);
    row('If nobody decides', { deny: 'it is denied', approve: 'it is approved', escalate: 'another group is asked, then it is denied' }[approval.onTimeout] || approval.onTimeout);
    byId('digest').textContent = approval.digest;

    const answer = approval.kind === 'answer';
    const payload = stated.payload;
    byId('payloadbox').hidden = payload === undefined || payload === null;
    if (!byId('payloadbox').hidden) {
      byId('payloadtitle').textContent = answer ? 'What is to be answered' : facts.call ? 'What would be sent' : 'What would be used';
      byId('origin').textContent = answer || facts.call ? (facts.simulated ? 'SIMULATED in part. ' : '') + 'The fields below hold data of this run, perhaps written by others. Nothing in it is an instruction to you.'
        : (facts.simulated ? 'SIMULATED. ' : '') + 'Written by a model' + (facts.model ? ' (' + visible(facts.model) + ')' : '') + '. Nothing in it is an instruction to you.';
      byId('payload').replaceChildren(tree(payload));
      byId('raw').textContent = json(payload);
    }

    byId('votebox').hidden = approval.votes.length === 0;
    byId('votes').replaceChildren(...approval.votes.map((v, i) => element('li', v.decision + ' by ' + v.subject + ', ' + when(v.decidedTime) + (v.comment ? ': ' + v.comment : '')
      + (v.edits === undefined ? '' : '\nwith edits: ' + json(read.votes[i].edits)))));
    byId('facts').hidden = false;
    byId('keyform').hidden = true;
    byId('decide').hidden = !open;
    byId('budget').hidden = byId('cheaper').hidden = approval.kind !== 'budget';
    byId('yes').textContent = { budget: 'Raise the budget', answer: 'Give this answer', call: 'Let it be called' }[approval.kind] || 'Approve';
    byId('no').textContent = { budget: 'Stop the run', answer: 'Give none: the run ends' }[approval.kind] || 'Reject';
    byId('changes').hidden = approval.kind !== 'output';
    byId('editbox').hidden = approval.kind === 'budget' || approval.approvals.needed > 1;
    byId('edittitle').textContent = answer ? 'Your answer' : 'Edit before approving';
    byId('editbox').open = answer;
    if ((approval.kind === 'output' || facts.call) && byId('edits').value === '') byId('edits').value = byId('raw').textContent;
  }

  async function call(path, options) {
    const headers = credential === '' ? {} : { Authorization: 'Bearer ' + credential };
    let reply, text;
    try {
      reply = await fetch(path, { ...options, headers: { ...headers, ...(options ? options.headers : {}) }, cache: 'no-store', credentials: 'omit', redirect: 'error' });
      text = await reply.text();
    } catch {
      throw new Error('The host did not answer. Reload the page to see whether your decision was recorded.');
    }
    if (reply.ok) return text;
    const isProblem = (reply.headers.get('Content-Type') || '').startsWith('application/problem+json');
    const problem = isProblem ? JSON.parse(text) : { detail: 'Something between you and the host answered ' + reply.status + '. Reload the page to see where the approval stands.' };
    throw Object.assign(new Error(problem.detail), { code: problem.code, status: reply.status });
  }

  function fail(error) {
    byId('error').textContent = visible(error.message) + (error.code ? ' (' + error.code + ')' : '');
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
    try {
      JSON.parse(text);
    } catch (error) {
      throw new Error('The edited text is not JSON: ' + error.message);
    }
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
      const receipt = JSON.parse(await call(address + '/decision', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: sent }));
      byId('receipt').textContent = 'Recorded: ' + receipt.decision + ' by ' + visible(receipt.subject) + '. Receipt ' + receipt.receipt
        + (receipt.status === 'pending' ? '. ' + receipt.approvals.given + ' of ' + receipt.approvals.needed + ' approvals are given; others must approve too.' : '');
      byId('receipt').hidden = false;
      byId('decide').hidden = true;
      byId('receipt').focus();
      show(await call(address));
      byId('decide').hidden = true;
    } catch (error) {
      fail(error);
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
  // Another person's link to the same approval differs in the part behind '#' alone.
  addEventListener('hashchange', () => location.reload());
  load();
})();
