using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Activities;

/// <summary>The last thing an orchestration does: it says how the run ended. Persisted in the task hub.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="At">The orchestration's own time, UTC.</param>
/// <param name="Output">The workflow's output; null when its code threw.</param>
/// <param name="Row">The run's ledger row; null for a run without one.</param>
sealed record FinishRun(int SchemaVersion, string RunId, RuntimeStatus Status, DateTimeOffset At, JsonElement? Output, RunError? Error, RunRow? Row);
