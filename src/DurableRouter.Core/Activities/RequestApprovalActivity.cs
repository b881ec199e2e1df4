using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Puts a question before a person. A redelivery finds the first record: the id is derived.</summary>
sealed class RequestApprovalActivity(IDefinitionSource definitions, IApprovalStore approvals, ApprovalNotices notices)
    : Activity<ApprovalRequest, RequestedApproval>(RouterActivities.RequestApproval)
{
    public override async Task<RequestedApproval> RunAsync(IActivityScope scope, ApprovalRequest input, CancellationToken cancellationToken)
    {
        var compiled = definitions.Get(input.Definition);
        var pipeline = compiled.Definition.Pipeline;
        var tool = input.Kind == ApprovalKind.Call ? compiled.Step(input.Step).Tool : null;
        var payload = input.Payload is { } output ? await FieldValues.ReadAsync(output, scope.Content, cancellationToken)
            : tool is not null ? await ToolPayload.ReadAsync(input.Fields, scope.Content, cancellationToken)
            : input.Kind == ApprovalKind.Answer ? await QuestionAsync(scope, pipeline.Step(input.Step), input, cancellationToken)
            : (JsonElement?)null;
        var facts = new ApprovalFacts(input.Action, input.Reasons, payload, input.Model, input.Simulated, input.CostUsd, input.BudgetUsd,
            tool is null ? null : Facts(tool));
        var record = new ApprovalRecord(input.Id, scope.RunId, pipeline.Name, input.Step, input.Revision, input.Kind, input.Group, input.Requester,
            ApprovalIds.Digest(facts), facts, input.RequestedAt, input.ExpiresAt, input.OnTimeout, ApprovalStatus.Pending, null)
        {
            Basis = new ApprovalBasis(input.Definition, input.Fields, input.Evidence),
            Approvals = input.Approvals,
        };
        var stored = await approvals.RequestAsync(record, cancellationToken);
        await notices.RequestedAsync(stored, cancellationToken);
        return new RequestedApproval(1, stored.Id, stored.Digest);
    }

    static CallFacts Facts(CompiledTool tool) => new(tool.Definition.Name, ToolWords.Of(tool.Definition.Scope), tool.Definition.Method,
        tool.Definition.Url.AbsoluteUri, tool.Sha256, tool.Definition.CostUsd);

    /// <summary>What a model would have been asked: task, data and the shape of the answer.</summary>
    static async Task<JsonElement> QuestionAsync(IActivityScope scope, StepDefinition step, ApprovalRequest input, CancellationToken cancellationToken)
    {
        var data = await AttemptFields.ReadAsync(input.Fields, [], scope.Content, cancellationToken);
        var question = new JsonObject
        {
            ["task"] = step.Instructions ?? PromptText.Instructions(step.Kind),
            ["fields"] = new JsonObject(data.Fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)JsonValue.Create(f.Content)))),
            ["schema"] = JsonObject.Create(step.Output),
        };
        if (step.Labels.Count > 0)
        {
            question["labels"] = new JsonArray([.. step.Labels.Select(l => (JsonNode)JsonValue.Create(l)!)]);
        }

        return JsonElement.Parse(question.ToJsonString());
    }
}
