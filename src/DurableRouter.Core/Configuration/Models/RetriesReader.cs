using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Models;

/// <summary>Reads <c>retries</c> of a model or a tool.</summary>
static class RetriesReader
{
    public static ModelRetries Read(MapReader parent, ModelRetries defaults)
    {
        if (parent.Map("retries") is not { } map)
        {
            return defaults;
        }

        var retries = new ModelRetries
        {
            Attempts = map.IntegerOrNull("attempts", 1, 10) ?? defaults.Attempts,
            FirstDelay = map.DurationOrNull("firstDelay") ?? defaults.FirstDelay,
            MaxDelay = map.DurationOrNull("maxDelay") ?? defaults.MaxDelay,
            RetryAfterCap = map.DurationOrNull("retryAfterCap") ?? defaults.RetryAfterCap,
        };
        if (retries.FirstDelay > retries.MaxDelay)
        {
            map.Problems.Report(map.Line, $"{map.What}: firstDelay is longer than maxDelay");
        }

        map.Close();
        return retries;
    }
}
