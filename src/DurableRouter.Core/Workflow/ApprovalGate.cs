using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <param name="Action">What happens on approval, in our words.</param>
/// <param name="Payload">The output to decide on.</param>
/// <param name="Fields">What a person needs to answer in the models' place.</param>
/// <param name="Evidence">What that answer's checks compare with.</param>
/// <param name="Approvals">How many different persons must approve; null: one.</param>
/// <param name="Escalate">Who else is asked when nobody decides.</param>
sealed record ApprovalQuestion(ApprovalKind Kind, string Group, TimeSpan Timeout, string OnTimeout, string Action, IReadOnlyList<string> Reasons,
    FieldValue? Payload = null, IReadOnlyList<NamedField>? Fields = null, IReadOnlyList<NamedField>? Evidence = null, string? Model = null,
    bool Simulated = false, int? Approvals = null, EscalationPolicy? Escalate = null);

/// <summary>Asks a person and waits, for as long as it takes: the workflow's side of an approval.</summary>
static class ApprovalGate
{
    /// <returns>The approval, no longer pending; null when the run was over first, and then it is withdrawn.</returns>
    public static async Task<ClosedApproval?> AskAsync(RunState run, StepState step, ApprovalQuestion question)
    {
        while (true)
        {
            var (requested, closed) = await AskOnceAsync(run, step, question);

            // A decision binds to what was requested. Where the record says something else by now, nobody has decided on the request.
            if (closed?.Digest is not { } digest || digest == requested!.Digest)
            {
                return closed;
            }

            question = question with { Reasons = [.. question.Reasons, $"the facts of {closed.Id} were changed after they were requested; its decision doesn't count"] };
        }
    }

    static async Task<(RequestedApproval? Requested, ClosedApproval? Closed)> AskOnceAsync(RunState run, StepState step, ApprovalQuestion question)
    {
        var revision = Math.Max(step.Rounds - 1, 0);
        var id = ApprovalIds.Create(run.Context.RunId, step.Id, revision, ++step.Approvals);
        var now = run.Context.CurrentTime;
        var deadline = now + question.Timeout;
        var requested = await run.CallAsync(step, RouterActivities.RequestApproval, new ApprovalRequest(1, id, run.Input.Definition, step.Id,
            revision, question.Kind, question.Group, run.Input.Requester, question.Action, question.Reasons, question.Payload,
            question.Fields ?? [], question.Evidence ?? [], question.Model, question.Simulated, run.Budget.SpentUsd, run.Budget.CapUsd, now,
            deadline, question.OnTimeout, question.Approvals, run.TellUnserved()));
        if (requested is null)
        {
            return (null, null);
        }

        var escalation = question.Escalate;
        while (true)
        {
            run.Waits(step, $"{Word(question.Kind)} {id}");
            var until = escalation?.After is { } after ? now + after : deadline;
            var wake = run.Context.WaitForEventAsync(ApprovalIds.Event(id), until);
            var lives = await run.BeforeEndAsync(wake);
            run.Waits(step, null); // a follower must not take a run that goes on for one that waits
            ClosedApproval? closed;
            if (lives && escalation is not null && await wake is null)
            {
                deadline = escalation.After is null ? deadline + question.Timeout : deadline;
                closed = await run.CallAsync(step, RouterActivities.EscalateApproval,
                    new EscalateApproval(1, id, escalation.To, run.Context.CurrentTime, deadline));
                escalation = null;
            }
            else
            {
                ApprovalStatus? becomes = !lives ? ApprovalStatus.Withdrawn
                    : await wake is not null ? null
                    : question.OnTimeout == "approve" ? ApprovalStatus.Approved : ApprovalStatus.Expired;

                // The record is the truth: an event may be early, repeated or forged, and a decision may have won against the deadline.
                closed = await run.CallAsync(step, RouterActivities.CloseApproval, new CloseApproval(1, id, becomes, run.Context.CurrentTime));
            }

            if (run.IsOver || closed is null)
            {
                return (requested, null);
            }

            if (closed.Status != ApprovalStatus.Pending)
            {
                return (requested, closed);
            }
        }
    }

    static string Word(ApprovalKind kind) => kind switch
    {
        ApprovalKind.Budget => "budget",
        ApprovalKind.Answer => "answer",
        _ => "approval",
    };
}
