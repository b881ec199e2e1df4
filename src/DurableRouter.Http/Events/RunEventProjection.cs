using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Http.Events;

/// <summary>Tells a run's history as events. The same history always gives the same events, so a reader may come back at any place.</summary>
/// <remarks>Values are read by the names of their persisted JSON: what an entry holds decides what it is, not which activity made it.</remarks>
public static class RunEventProjection
{
    /// <param name="history">All of it, oldest first.</param>
    public static IReadOnlyList<RunEvent> Project(IReadOnlyList<HistoryEntry> history)
    {
        var told = new List<RunEvent>();
        var asked = new Dictionary<long, JsonElement>();
        var candidates = new Dictionary<string, int>();
        var totalUsd = 0m;
        foreach (var entry in history)
        {
            var part = 0;
            switch (entry.Kind)
            {
                case HistoryKinds.ActivityScheduled when entry.Data is { ValueKind: JsonValueKind.Object } input:
                    asked[entry.Sequence] = input;
                    if (IsAttempt(input))
                        TellAttemptBegin(input);
                    break;
                case HistoryKinds.ActivityCompleted when entry.Data is { ValueKind: JsonValueKind.Object } output:
                    if (output.TryGetProperty("outcome", out var outcome))
                        TellAttempt(output, outcome);
                    else if (asked.TryGetValue(entry.Subject, out var question))
                        TellApproval(question, output);
                    break;
                case HistoryKinds.ActivityFailed:
                    Tell(RunEventTypes.RunNeedsAttention, entry.Data);
                    break;
                case var kind when RunEventTypes.IsRun(kind):
                    Tell(kind, null);
                    break;
            }

            void Tell(string type, JsonElement? data)
            {
                JsonElement? source = asked.TryGetValue(entry.Subject, out var found) ? found : null;
                told.Add(new RunEvent(new RunEventId(entry.Sequence, part++), entry.At, type, data, source, totalUsd));
            }

            void TellAttemptBegin(JsonElement input)
            {
                var key = $"{Text(input, "step")}/{Number(input, "revision")}";
                var candidate = Number(input, "candidate");
                if (!candidates.TryGetValue(key, out var last))
                    Tell(RunEventTypes.StepStarted, input);
                else if (candidate > last)
                    Tell(RunEventTypes.StepFellBack, input);
                candidates[key] = candidate;
            }

            void TellAttempt(JsonElement output, JsonElement outcome)
            {
                var cost = output.TryGetProperty("costUsd", out var usd) && usd.TryGetDecimal(out var value) ? value : 0;
                totalUsd += cost;
                Tell(RunEventTypes.StepAttempt, output);
                if (outcome.ValueEquals("ok"))
                    Tell(RunEventTypes.StepCompleted, output);
                if (cost != 0)
                    Tell(RunEventTypes.CostUpdated, null);
            }

            void TellApproval(JsonElement question, JsonElement answer)
            {
                if (question.TryGetProperty("expiresAt", out _))
                {
                    Tell(RunEventTypes.ApprovalRequested, answer);
                    if (Text(question, "kind") == "budget")
                        Tell(RunEventTypes.BudgetPaused, answer);
                }
                else if (Text(answer, "status") is { } status && status != "pending")
                {
                    Tell(RunEventTypes.ApprovalDecided, answer);
                }
            }
        }

        return told;
    }

    internal static bool IsAttempt(JsonElement input) => input.TryGetProperty("model", out _) && input.TryGetProperty("ordinal", out _);

    static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    static int Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.TryGetInt32(out var number) ? number : 0;
}
