using DurableRouter.Functions.Tests;

// More than the machine has cores: most of the tests on the real host wait, for processes, time-outs and pauses.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer($"DurableRouter.Functions.Tests.{nameof(LongestFirst)}", "DurableRouter.Functions.Tests")]
