using System.Text;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Health;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Models;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Activities;

/// <summary>The procedure of every attempt: one call to one model for one step, and its row in the ledger.</summary>
/// <remarks>
/// 1. Read the data and write the prompt. What fails here fails before anything is paid.
/// 2. Claim the intent and the day's money: <see cref="BilledAttempt"/>.
/// 3. Ask the model's health. A sick or busy model skips the attempt; a short hold is waited for here.
/// 4. Call, read the reply, check it against schema and checks.
/// 5. Book it, whatever came of it, and return it as a value.
/// </remarks>
sealed class ModelAttempt(IDefinitionSource definitions, IChatClientFactory clients, BilledAttempt billed, ModelHealth health, TrustBoundary trust)
{
    const int MaxRejectedAnswerBytes = 8 * 1024;
    const int MaxProblems = 10;

    public async Task<AttemptResult> RunAsync(IActivityScope scope, AttemptInput input, CancellationToken cancellationToken)
    {
        var compiled = definitions.Get(input.Definition);
        var definition = compiled.Definition;
        var step = compiled.Step(input.Step);
        var model = definition.Catalog.Find(input.Model)
            ?? throw new DurableRouterException(ErrorCodes.DefinitionMissing, $"model {input.Model} is not in the run's pinned catalog");
        var client = clients.Get(definition.Catalog, model);
        var data = await AttemptFields.ReadAsync(input.Fields, input.Evidence, scope.Content, cancellationToken);
        var prompt = PromptBuilder.Build(step, !model.Capabilities.StructuredOutput, data.Fields, input.Issues, input.Repair, input.Key, trust);
        var row = BilledAttempt.NewRow(scope, input, definition, step.Definition, Words.Of(model.Tier), model.Name, model.Provider) with
        {
            Simulated = definition.Catalog.Providers[model.Provider].Kind == ProviderKind.Simulated,
        };

        return await billed.RunAsync(scope, input, definition, row,
            () => AskIfWellAsync(scope, input, definition, step, model, client, prompt, data, row, cancellationToken), cancellationToken);
    }

    /// <summary>The tokens that a call may make: the step's limit, or the model's where that is lower.</summary>
    public static int OutputLimit(StepDefinition step, ModelEntry model) => Math.Min(step.MaxOutputTokens, model.Limits.Output);

    /// <summary>Waits for the model's limits where that is short, and calls unless its health forbids it.</summary>
    async Task<AttemptResult> AskIfWellAsync(IActivityScope scope, AttemptInput input, RunDefinition definition, CompiledStep step, ModelEntry model,
        IChatClient client, Prompt prompt, AttemptFields data, AttemptRow row, CancellationToken cancellationToken)
    {
        using var pass = await health.EnterAsync(model, input.Place, TokenCount(step, input, model), input.LongestHold, cancellationToken);
        if (pass.Refusal is { } refusal)
        {
            return await BilledAttempt.SkipAsync(scope, row, refusal, pass.HeldUntil, cancellationToken);
        }

        var result = await AskAsync(scope, input, definition, step, model, client, prompt, data, row, cancellationToken);
        pass.Report(result.Failure, result.Usage.Total);
        return result with { Health = pass.Note };
    }

    /// <summary>Calls, checks and books.</summary>
    async Task<AttemptResult> AskAsync(IActivityScope scope, AttemptInput input, RunDefinition definition, CompiledStep step, ModelEntry model,
        IChatClient client, Prompt prompt, AttemptFields data, AttemptRow row, CancellationToken cancellationToken)
    {
        var started = scope.Clock.GetTimestamp();
        var reply = await ModelCall.SendAsync(client, step, model, prompt, input.Key, cancellationToken);
        var latency = (int)Math.Min(scope.Clock.GetElapsedTime(started).TotalMilliseconds, int.MaxValue);
        var (failure, review) = Judge(step, reply, data);
        var canonical = failure is null ? FieldValues.Canonical(review!.Answer) : default;
        var output = failure is null ? await FieldValues.StoreAsync(scope.Content, review!.Answer, canonical, FieldValues.MaxInlineOutputBytes, cancellationToken) : null;
        var parts = output is { IsStored: true } ? await OutputParts.StoreAsync(definition.Pipeline, input.Step, review!.Answer, scope.Content, cancellationToken) : null;
        var bytes = PromptSize.UpperBound(step, input.Fields, input.Issues, input.Repair);
        var bill = Bill.Of(reply, CostCalculator.InputBound(bytes), OutputLimit(step.Definition, model), model.Price, input.UpperBoundUsd);

        await scope.RecordAttemptAsync(row with
        {
            ModelEcho = reply.ModelId,
            LatencyMs = latency,
            FirstByteMs = reply.FirstByteMs,
            Usage = bill.Usage,
            UsageSource = bill.Source,
            UsageSuspect = bill.Suspect,
            CostUsd = bill.CostUsd,
            ProviderCostUsd = bill.ProviderCostUsd,
            Outcome = failure is null ? AttemptOutcome.Ok : AttemptOutcome.Failed,
            FailureCode = failure?.Code,
            FailureMessage = failure is null ? null : Cut(failure.Message, 1024),
            Checks = review?.Checks ?? [],
            PromptSha256 = FieldValues.Sha256([prompt.System, "\n", prompt.User, .. prompt.Media.Select(m => m.Url)]),
            OutputSha256 = BilledAttempt.OutputSha256(output, canonical, reply.Text),
        }, cancellationToken);

        return new AttemptResult
        {
            Outcome = failure is null ? AttemptOutcome.Ok : AttemptOutcome.Failed,
            Output = output,
            Parts = parts,
            Failure = failure,
            Rejected = Rejection(failure, review, reply.Text),
            AwaitsJudge = failure is null && step.Judge is not null,
            Usage = bill.Usage,
            CostUsd = bill.CostUsd,
            LatencyMs = latency,
            // Citations stand in the ledger only: a history is read again and again.
            Checks = [.. (review?.Checks ?? []).Select(c => c with { Citations = null })],
        };
    }

    /// <summary>What providers count towards tokens per minute before they know better: about three bytes a token, and the whole output limit.</summary>
    static int TokenCount(CompiledStep step, AttemptInput input, ModelEntry model) =>
        PromptSize.UpperBound(step, input.Fields, input.Issues, input.Repair) / 3 + OutputLimit(step.Definition, model);

    (StepFailure? Failure, ReviewedOutput? Review) Judge(CompiledStep step, ModelReply reply, AttemptFields data)
    {
        try
        {
            var judged = reply.Failure is { } failed ? (failed, null) : Judge(step, reply.Text, data);
            return judged.Item1?.Code is FailureCodes.InvalidJson or FailureCodes.SchemaMismatch or FailureCodes.EmptyReply or FailureCodes.OutputTruncated
                && Role.Of(step.Definition.Kind).Salvage(step.Definition, reply.Text) is { } salvage
                ? Verdict(OutputReview.RunSalvaged(step, salvage, data))
                : judged;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (ModelCall.Fault(e), null);
        }
    }

    (StepFailure? Failure, ReviewedOutput? Review) Judge(CompiledStep step, string text, AttemptFields data)
    {
        var reply = JsonReply.Read(text);
        if (!reply.IsSuccess)
        {
            return (new StepFailure(FailureCodes.InvalidJson, $"schema: {reply.Failure}"),
                new ReviewedOutput(default, [new CheckResult("schema", false, reply.Failure.ToString())], FailureCodes.InvalidJson, [reply.Failure.ToString()]));
        }

        return Verdict(trust.Review(step, reply.Value, data));
    }

    static (StepFailure? Failure, ReviewedOutput? Review) Verdict(ReviewedOutput review) =>
        (review.FailureCode is { } code ? new StepFailure(code, Cut(review.Message, 8 * 1024)) : null, review);

    static Repair? Rejection(StepFailure? failure, ReviewedOutput? review, string text) => failure is null || review is null ? null
        : new Repair([.. review.Problems.Take(MaxProblems).Select(Excerpt.OneLine)], CutRejected(text));

    /// <summary>As much of a rejected answer as its author is shown again.</summary>
    public static string CutRejected(string text) => CutBytes(text, MaxRejectedAnswerBytes);

    static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    static string CutBytes(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        Encoding.UTF8.GetEncoder().Convert(text, new byte[bytes], flush: false, out var chars, out _, out _);
        return text[..chars];
    }
}
