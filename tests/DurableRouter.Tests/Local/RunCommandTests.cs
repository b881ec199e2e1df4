using System.Text.Json;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Tests.Local;

public sealed class RunCommandTests : IDisposable
{
    const string Unseen = """
        PURCHASE CONFIRMATION

        Kestrel Glassworks Ltd confirms the order of Orrin & Vale Interiors Ltd for forty display cabinets.

        The price is GBP 18,450.00. Orrin & Vale Interiors Ltd shall pay the price on or before 9 September 2027.
        Kestrel Glassworks Ltd shall deliver the cabinets no later than 21 October 2027.

        """;

    readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Run_WithJson_PrintsOneObjectWithTheContractsMembers()
    {
        var result = await _cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--json");

        Assert.True(result.ExitCode == 0, result.ToString());
        var run = result.Json;
        Assert.StartsWith("run-", run.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("document", run.GetProperty("pipeline").GetString());
        Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
        Assert.Equal(JsonValueKind.Object, run.GetProperty("output").ValueKind);
        Assert.Equal(JsonValueKind.Object, run.GetProperty("customStatus").ValueKind);
        Assert.False(run.TryGetProperty("error", out _));
        var ledger = run.GetProperty("ledger");
        Assert.Equal("sim-deep-1", ledger.GetProperty("baseline").GetProperty("model").GetString());
        Assert.Equal("repriced", ledger.GetProperty("baseline").GetProperty("method").GetString());
        Assert.False(ledger.GetProperty("fallbackUsed").GetBoolean());
        string[] members =
        [
            "step", "role", "attempt", "tier", "model", "provider", "outcome", "inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens",
            "costUsd", "latencyMs", "degraded", "simulated", "rule",
        ];
        var attempts = ledger.GetProperty("attempts").EnumerateArray().ToList();
        Assert.NotEmpty(attempts);
        Assert.All(attempts, attempt => Assert.All(members, member => Assert.True(attempt.TryGetProperty(member, out _), member)));
        Assert.All(attempts, attempt => Assert.True(attempt.GetProperty("simulated").GetBoolean()));
    }

    [Fact]
    public async Task Run_Ledger_IsTokensTimesTheCatalogsPrices()
    {
        var result = await _cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--json", "--quiet");

        var prices = ConfigLoader.Load(Path.Combine(AppContext.BaseDirectory, "config")).GetOrThrow().Catalog;
        var ledger = result.Json.GetProperty("ledger");
        var sum = 0m;
        foreach (var attempt in ledger.GetProperty("attempts").EnumerateArray())
        {
            var usage = new TokenUsage(attempt.GetProperty("inputTokens").GetInt32(), attempt.GetProperty("cachedInputTokens").GetInt32(),
                attempt.GetProperty("outputTokens").GetInt32(), attempt.GetProperty("reasoningTokens").GetInt32());
            Assert.True(usage.Total > 0);
            var cost = CostCalculator.Cost(usage, prices.Find(attempt.GetProperty("model").GetString()!)!.Price);
            Assert.Equal(cost, attempt.GetProperty("costUsd").GetDecimal());
            sum += cost;
        }

        Assert.Equal(sum, ledger.GetProperty("totalUsd").GetDecimal());
        Assert.Equal(sum, result.Json.GetProperty("customStatus").GetProperty("costUsd").GetDecimal());
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Run_UnseenDocument_GivesItsPartiesAmountsAndDates()
    {
        var result = await _cli.RunAsync("run", "--input", _cli.Write("order.txt", Unseen), "--config", CarefulModels(), "--json");

        Assert.True(result.ExitCode == 0, result.ToString());
        var output = result.Json.GetProperty("output");
        Assert.Equal(["Kestrel Glassworks Ltd", "Orrin & Vale Interiors Ltd"],
            output.GetProperty("parties").EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Contains(output.GetProperty("amounts").EnumerateArray(), a => a.GetProperty("value").GetDecimal() == 18450m && a.GetProperty("currency").GetString() == "GBP");
        Assert.Equal(["2027-09-09", "2027-10-21"], output.GetProperty("dates").EnumerateArray().Select(d => d.GetProperty("date").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_ChangedAmount_ChangesTheOutput()
    {
        var text = Unseen.Replace("18,450.00", "27,310.00", StringComparison.Ordinal);

        var result = await _cli.RunAsync("run", "--input", _cli.Write("order.txt", text), "--config", CarefulModels(), "--json");

        var amounts = result.Json.GetProperty("output").GetProperty("amounts").EnumerateArray().Select(a => a.GetProperty("value").GetDecimal()).ToList();
        Assert.Contains(27310m, amounts);
        Assert.DoesNotContain(18450m, amounts);
    }

    [Fact]
    public async Task Run_ForAPerson_LabelsSimulatedAndKeepsProgressOffStandardOutput()
    {
        var result = await _cli.RunAsync("run", "--input", Cli.Sample("letter.txt"));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("simulated", result.Out, StringComparison.Ordinal);
        Assert.Contains("Pellworth", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("started", result.Out, StringComparison.Ordinal);
        Assert.Contains("classify  started", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Out + result.Error);
    }

    [Fact]
    public async Task Run_BudgetTooSmall_WaitsForAPersonAndStopsAtTheBudgetWhenRejected()
    {
        var started = await _cli.RunAsync("run", "--input", Cli.Sample("invoice.txt"), "--budget", "0.03", "--json");
        Assert.True(started.ExitCode == 3, started.ToString());
        Assert.StartsWith("budget apr-", started.Json.GetProperty("customStatus").GetProperty("waitingFor").GetString(), StringComparison.Ordinal);

        var rejected = await _cli.RunAsync("reject", started.Json.GetProperty("id").GetString()!);

        Assert.True(rejected.ExitCode == 4, rejected.ToString());
        Assert.Contains("Completed, budget_stopped", rejected.Out, StringComparison.Ordinal);
        Assert.Contains("what there is, by step:", rejected.Out, StringComparison.Ordinal);
        Assert.Contains("category: invoice", rejected.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_ABudgetThatIsRaised_DrivesTheRunToItsResult()
    {
        var started = await _cli.RunAsync("run", "--input", Cli.Sample("invoice.txt"), "--budget", "0.03", "--json");

        var raised = await _cli.RunAsync("approve", started.Json.GetProperty("id").GetString()!, "--raise", "0.5", "--json");

        Assert.True(raised.ExitCode == 0, raised.ToString());
        Assert.Equal(0.53m, raised.Json.GetProperty("customStatus").GetProperty("budgetUsd").GetDecimal());
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "--input", "missing.txt")]
    [InlineData("run", "--input", "x.txt", "--budget", "-1")]
    [InlineData("run", "nowhere", "--input", "x.txt")]
    [InlineData("run", "--input", "x.txt", "--unknown")]
    [InlineData("show", "run-00000000-0000-0000-0000-000000000000")]
    [InlineData("frobnicate")]
    [InlineData("serve", "--urls", "http://0.0.0.0:5080")]
    public async Task Cli_UsageError_ExitsWith2AndSaysWhatToDo(params string[] arguments)
    {
        _cli.Write("x.txt", Unseen);

        var result = await _cli.RunAsync(arguments);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Equal("", result.Out);
        Assert.NotEqual("", result.Error);
    }

    [Theory]
    [InlineData("--budget must be an amount in US dollars, such as 0.25; it is '0,03'.", "run", "--input", "x.txt", "--budget", "0,03")]
    [InlineData("--by must be one of Day, Model, Pipeline, Step, Tier; it is 'colour'.", "cost", "--by", "colour")]
    [InlineData("--top must be a whole number; it is 'many'.", "runs", "--top", "many")]
    [InlineData("Option '--input' is required.", "run")]
    [InlineData("Unrecognized option '--quite'; did you mean '--quiet'?", "run", "--quite", "--input", "x.txt")]
    public async Task Cli_WrongOptionWithJson_IsOneObjectInTheUsersWords(string message, params string[] arguments)
    {
        var result = await _cli.RunAsync([.. arguments, "--json"]);

        Assert.True(result.ExitCode == 2, result.ToString());
        var error = result.Json.GetProperty("error");
        Assert.Equal(("usage", message), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cli_UnknownCommand_SuggestsWhatIsCloseOnly()
    {
        Assert.DoesNotContain("Did you mean", (await _cli.RunAsync("nope")).Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'approve'?", (await _cli.RunAsync("aprove")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data is a file. Name a folder with --data.", "runs", "--data", "data")]
    [InlineData("There is no configuration folder ", "validate", "--config", "nowhere")]
    [InlineData("input.json:1:15: the file has the name text twice in one object. Correct it, or give a text file.", "run", "--input", "input.json")]
    public async Task Cli_WrongPlace_SaysWhatIsThere(string message, params string[] arguments)
    {
        _cli.Write("data", "no folder");
        _cli.Write("input.json", """{"text": "a", "text": "b"}""");

        var result = await _cli.RunAsync(arguments);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenJson_NamesFileAndLine()
    {
        var input = _cli.Write("input.json", "{\n  \"text\": \"a\",\n  \"text\" 1\n}\n");

        var result = await _cli.RunAsync("run", "--input", input, "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("input.json:3:", result.Error, StringComparison.Ordinal);
        Assert.Equal("usage", result.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Run_WrongField_NamesItsPlace()
    {
        var result = await _cli.RunAsync("run", "--input", _cli.Write("input.json", """{"text": 5}"""));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("/input/text", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_UnknownKey_NamesFileAndLine()
    {
        var config = CarefulModels();
        var lines = File.ReadAllLines(Path.Combine(config, "routing.yaml")).ToList();
        lines.Add("colour: blue");
        File.WriteAllLines(Path.Combine(config, "routing.yaml"), lines);

        var result = await _cli.RunAsync("validate", "--config", config);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"routing.yaml:{lines.Count}:", result.Out, StringComparison.Ordinal);
        Assert.Contains("colour", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingKey_NamesModelFileLineAndVariable()
    {
        var config = Path.Combine(AppContext.BaseDirectory, "config", "examples", "openai");

        var result = await _cli.RunAsync("run", "--input", Cli.Sample("letter.txt"), "--config", config);

        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Matches(@"models\.yaml:\d+: model '[^']+' needs the environment variable OPENAI_API_KEY", result.Error);
    }

    /// <summary>A copy of the shipped configuration whose models make next to no mistakes: which ones the others make changes with every
    /// word of a prompt.</summary>
    string CarefulModels()
    {
        foreach (var file in new[] { "models.yaml", "routing.yaml", "pipelines/document.yaml" })
        {
            var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", file));
            _cli.Write(Path.Combine("config", file), text.Replace("skill: 3", "skill: 5", StringComparison.Ordinal).Replace("skill: 4", "skill: 5", StringComparison.Ordinal));
        }

        return Path.Combine(_cli.Folder, "config");
    }
}
