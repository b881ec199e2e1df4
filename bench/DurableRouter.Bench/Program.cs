using DurableRouter.Bench;

// durable-router-bench [--seconds S] [--out FILE] [--case DELAY_MS/CONCURRENCY ...]   everything: endpoint, product and bare program as child processes
// The other verbs are those child processes.
return args switch
{
    ["endpoint", var replies, var delay] => await ModelEndpoint.RunAsync(replies, int.Parse(delay)),
    ["bare", var url, var bodies, var folder] => await BareProgram.RunAsync(new Uri(url), bodies, folder),
    _ => await Comparison.RunAsync(BenchOptions.Parse(args)),
};
