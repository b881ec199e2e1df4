using DurableRouter.Bench;
using DurableRouter.FunctionsBench;

// durable-router-functions-bench [--rounds N] [--runs N] [--burst N] [--side plain|router] [--router FOLDER] [--out FILE]
// The other verb is the model endpoint in a process of its own.
return args switch
{
    ["endpoint", var replies, var delay] => await ModelEndpoint.RunAsync(replies, int.Parse(delay)),
    _ => await Comparison.RunAsync(BenchOptions.Parse(args)),
};
