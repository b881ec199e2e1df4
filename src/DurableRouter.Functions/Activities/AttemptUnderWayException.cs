namespace DurableRouter.Functions.Activities;

/// <summary>The attempt's owner beats: its call is out, and nobody else books it.</summary>
sealed class AttemptUnderWayException(string key) : Exception($"attempt {key} is under way");
