namespace DurableRouter.Tests.Systems;

/// <summary>Row 20: a step gets what it declares, and nothing else of the run.</summary>
public sealed class Row20MinimalContextTests
{
    const string Canary = "CANARY-7731";

    [Fact]
    public async Task CanaryInTheFirstStepsInput_IsAbsentFromTheThirdStepsPrompt()
    {
        await using var endpoint = await CheckedWork.EndpointAsync();
        var files = CheckedWork.Files(endpoint.Address, "[schema, source: { in: input.text }]");
        files[2].Item2 = files[2].Item2.Replace("result: work", string.Join('\n',
            "  - id: conclude", "    kind: generate", "    needs: [work]", "    input: { payer: work.payer }", "    instructions: Write one line.",
            "    output: { type: object, required: [payer], properties: { payer: { type: string } } }", "result: conclude"), StringComparison.Ordinal);
        await using var host = await SystemHost.StartAsync(files);

        var run = await host.RunAsync("work", new { text = $"{CheckedWork.Text} {Canary}" });

        Assert.Equal("Completed", run.Status);
        string[] prompts = [.. endpoint.Calls.Select(c => c.Request.GetRawText())];
        Assert.Contains(Canary, Assert.Single(prompts, p => p.Contains("Step role: extract", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, Assert.Single(prompts, p => p.Contains("Step role: reason", StringComparison.Ordinal)), StringComparison.Ordinal);
        var last = Assert.Single(prompts, p => p.Contains("Step role: generate", StringComparison.Ordinal));
        Assert.DoesNotContain(Canary, last, StringComparison.Ordinal);
        Assert.Contains("Acme Ltd", last, StringComparison.Ordinal);
        Assert.DoesNotContain("shall pay", last, StringComparison.Ordinal);
    }
}
