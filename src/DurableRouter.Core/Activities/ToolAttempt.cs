using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Activities;

/// <summary>The procedure of every call of a tool: one call for one step, and its row in the ledger.</summary>
/// <remarks>
/// 1. Make the payload: the step's input, or what a person made of it. What fails here fails before anything is claimed.
/// 2. Claim the intent and the day's money: <see cref="BilledAttempt"/>.
/// 3. Hold the payload against the tool's schema, call, hold the reply against its schema.
/// 4. Book it, whatever came of it, and return it as a value. A call that may have arrived costs its price.
/// </remarks>
/// <param name="client">Null on a host that calls none.</param>
sealed class ToolAttempt(IDefinitionSource definitions, ToolClient? client, BilledAttempt billed)
{
    public const string Tier = "tool";

    static readonly AttemptFields NoFields = new([], new Dictionary<string, JsonElement>());

    public async Task<AttemptResult> RunAsync(IActivityScope scope, AttemptInput input, CancellationToken cancellationToken)
    {
        var compiled = definitions.Get(input.Definition);
        var step = compiled.Step(input.Step);
        var tool = step.Tool ?? throw new DurableRouterException(ErrorCodes.DefinitionMissing, $"step {input.Step} of the run's pinned definition calls no tool");
        if (client is null)
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"step {input.Step} calls tool {tool.Definition.Name}, and this host was put together without tools");
        }

        client.CheckKey(tool.Definition);
        var payload = input.Payload is { } edited ? await FieldValues.ReadAsync(edited, scope.Content, cancellationToken)
            : await ToolPayload.ReadAsync(input.Fields, scope.Content, cancellationToken);
        var row = BilledAttempt.NewRow(scope, input, compiled.Definition, step.Definition, Tier, tool.Definition.Caller, tool.Definition.Url.Authority);
        return await billed.RunAsync(scope, input, compiled.Definition, row,
            () => CallAsync(scope, input, compiled.Definition.Pipeline, step, tool, payload, row, cancellationToken), cancellationToken);
    }

    /// <summary>Calls, checks and books.</summary>
    async Task<AttemptResult> CallAsync(IActivityScope scope, AttemptInput input, PipelineDefinition pipeline, CompiledStep step, CompiledTool tool,
        JsonElement payload, AttemptRow row, CancellationToken cancellationToken)
    {
        var started = scope.Clock.GetTimestamp();
        var unfit = tool.Unfit(payload);
        var reply = unfit is not null ? new ToolReply(unfit, "", MayHaveArrived: false)
            : await client!.CallAsync(tool.Definition, payload, input.Key, input.Place, cancellationToken);
        var latency = unfit is not null ? 0 : (int)Math.Min(scope.Clock.GetElapsedTime(started).TotalMilliseconds, int.MaxValue);
        var (failure, review) = reply.Failure is { } failed ? (failed, null) : Review(step, reply.Text);
        var canonical = failure is null ? FieldValues.Canonical(review!.Answer) : default;
        var output = failure is null ? await FieldValues.StoreAsync(scope.Content, review!.Answer, canonical, FieldValues.MaxInlineOutputBytes, cancellationToken) : null;
        var booked = row with
        {
            LatencyMs = latency,
            CostUsd = reply.MayHaveArrived ? tool.Definition.CostUsd : 0,
            Outcome = failure is null ? AttemptOutcome.Ok : AttemptOutcome.Failed,
            FailureCode = failure?.Code,
            FailureMessage = failure is null ? null : Shortened(failure.Message),
            Checks = review?.Checks ?? [],
            PromptSha256 = unfit is null ? FieldValues.Sha256(FieldValues.Canonical(payload).Span) : null,
            OutputSha256 = BilledAttempt.OutputSha256(output, canonical, reply.Text),
        };
        await scope.RecordAttemptAsync(booked, cancellationToken);
        return new AttemptResult
        {
            Outcome = booked.Outcome,
            Output = output,
            Parts = output is { IsStored: true } ? await OutputParts.StoreAsync(pipeline, input.Step, review!.Answer, scope.Content, cancellationToken) : null,
            Failure = failure,
            CostUsd = booked.CostUsd,
            LatencyMs = latency,
            Checks = booked.Checks,
        };
    }

    static (StepFailure? Failure, ReviewedOutput? Review) Review(CompiledStep step, string text)
    {
        try
        {
            // A tool that has nothing to say says nothing.
            var reply = JsonReply.Read(text.Length == 0 ? "{}" : text);
            if (!reply.IsSuccess || reply.WasWrapped)
            {
                return (new StepFailure(FailureCodes.InvalidJson, $"the reply is not one JSON object: {reply.Failure?.ToString() ?? "there is more than the object"}"), null);
            }

            var review = OutputReview.Run(step, reply.Value, NoFields);
            return (review.FailureCode is { } code ? new StepFailure(code, Shortened($"the reply doesn't fit the tool's output: {review.Message}")) : null, review);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (ModelCall.Fault(e), null);
        }
    }

    static string Shortened(string text) => ShortText.Of(text, 1020);
}
