namespace DurableRouter.Tests.Resilience;

/// <summary>A configuration folder with the shipped pipelines and every model behind one endpoint.</summary>
static class EndpointConfig
{
    public static string Write(string folder, Uri endpoint)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        var shipped = Path.Combine(AppContext.BaseDirectory, "config", "pipelines", "document.yaml");
        // No approval: these tests are about deaths, and every run must come to its end alone.
        File.WriteAllLines(Path.Combine(folder, "pipelines", "document.yaml"), WithoutApprovals(File.ReadLines(shipped)));
        File.WriteAllText(Path.Combine(folder, "models.yaml"), Models(endpoint));
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), """
            default: document
            families:
              document:
                steps:
                  classify: { tier: fast }
                  extract: { tier: fast }
                  reason: { byComplexity: { 1-2: balanced, 3-5: powerful } }
                  verify: { tier: fast, differentModelThan: reason }
                fallback: { direction: up, last: fail }

            """);
        return folder;
    }

    /// <summary>The catalog: four models of two providers.</summary>
    /// <param name="more">More models: a line each, indented by two, that ends with <see cref="Rest"/> or the like.</param>
    public static string Models(Uri endpoint, string more = "") => $$"""
        asOf: 2026-11-01
        providers:
          one: { kind: openai, endpoint: "{{endpoint}}" }
          two: { kind: openai, endpoint: "{{endpoint}}" }
        models:
          fast-1: { provider: one, tier: fast, {{Rest}} }
          fast-2: { provider: two, tier: fast, {{Rest}} }
          balanced-1: { provider: one, tier: balanced, {{Rest}} }
          powerful-1: { provider: two, tier: powerful, {{Rest}} }
        {{more}}

        """;

    static IEnumerable<string> WithoutApprovals(IEnumerable<string> lines)
    {
        var inside = -1;
        foreach (var line in lines)
        {
            var indent = line.Length - line.TrimStart().Length;
            if (line.TrimStart().StartsWith("approval:", StringComparison.Ordinal))
            {
                inside = indent;
            }
            else if (inside < 0 || (line.Length > 0 && indent <= inside))
            {
                inside = -1;
                yield return line;
            }
        }
    }

    /// <summary>What a model of these is beside its provider and tier.</summary>
    public const string Rest = "price: { input: 0.10, cachedInput: 0.02, output: 0.40, source: test }, limits: { context: 1000000, output: 65536 }, " +
        "capabilities: { structuredOutput: true, reasoning: 5, toolReliability: 5, latency: low }, retries: { attempts: 3, firstDelay: 100ms, maxDelay: 1s, retryAfterCap: 60s }";
}
