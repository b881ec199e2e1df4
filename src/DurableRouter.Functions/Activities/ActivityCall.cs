using System.Text.Json;

namespace DurableRouter.Functions.Activities;

/// <summary>What an activity function gets. Persisted in the task hub as a string of JSON: as a string it comes through the Functions host
/// unread, whose own JSON library would rewrite numbers.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Number">The call's place in the run, 1, 2, 3 ... in the order in which the workflow made them: the same on every replay.</param>
/// <param name="Input">Of the activity's own input type.</param>
sealed record ActivityCall(int SchemaVersion, string RunId, int Number, JsonElement Input);
