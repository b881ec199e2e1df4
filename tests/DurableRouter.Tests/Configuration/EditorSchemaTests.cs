using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Tests.Shared;
using DurableRouter.Tests.Tools;

namespace DurableRouter.Tests.Configuration;

/// <summary>The JSON Schemas for editors, asked by the reference validator: they may not contradict the loader.</summary>
public sealed class EditorSchemaTests
{
    [Fact]
    public async Task Schemas_EveryShippedFile_IsAccepted()
    {
        var files = Directory.GetFiles(Repository.Config, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.True(files.Count >= 11, "models, routing and document of the default folder, models and routing of four examples");

        var accepted = await VerdictsAsync(files.Select(f => (Path.GetFileName(f), File.ReadAllText(f))));

        Assert.All(files.Zip(accepted), pair => Assert.True(pair.Second, pair.First));
    }

    static readonly (string File, string Old, string Changed)[] Faults =
    [
        ("models.yaml", "    tier: fast", "    tire: fast"),
        ("models.yaml", "    tier: fast", "    tier: quick"),
        ("models.yaml", "kind: openai, ", ""),
        ("models.yaml", "cachedInput: 0.02, ", ""),
        ("models.yaml", "input: 0.1,", "input: -0.1,"),
        ("models.yaml", "output: 8000 }", "output: 8000 }\n    timeouts: { firstByte: 10 }"),
        ("models.yaml", "output: 8000 }", "output: 8000 }\n    params: { max_tokens: 5 }"),
        ("routing.yaml", "{ tier: fast }", "{ tier: fast, models: [swift-1] }"),
        ("routing.yaml", "{ tier: fast }", "{ residency: local }"),
        ("routing.yaml", "direction: up", "direction: north"),
        ("routing.yaml", "1-2: fast", "0-2: fast"),
        ("routing.yaml", "{ tier: fast }", "{ byTask: { praise: fast } }"),
        ("routing.yaml", "{ tier: fast }", "{ byScore: { of: sort.category, strong: fast, middle: fast, cheap: fast } }"),
        ("routing.yaml", "{ tier: fast }", "{ tier: fast, minToolReliability: 6 }"),
        ("routing.yaml", "fallback: { direction: up }", "policies: [{ name: long, when: {}, guard: strict }]"),
        ("routing.yaml", "fallback: { direction: up }", "policies: [{ name: long, when: { risk: high } }]"),
        ("routing.yaml", "{ direction: up }", "{ direction: up }\n    budgets: { perPipelinePerDay: 10 }"),
        ("pipelines/letters.yaml", "    kind: generate", "    kind: tool"),
        ("pipelines/letters.yaml", "    kind: generate", "    kind: generate\n    forEach: sort.risk"),
        ("pipelines/letters.yaml", "    kind: generate", "    kind: generate\n    maxRevisions: 1"),
        ("pipelines/letters.yaml", "    labels: [praise, complaint]\n", ""),
        ("pipelines/letters.yaml", "    labels: [praise, complaint]", "    labels: [praise, complaint]\n    output: { type: object }"),
        ("pipelines/letters.yaml", "    labels: [praise, complaint]", "    labels: [praise, complaint]\n    answer: word"),
        ("pipelines/letters.yaml", "    kind: generate", "    kind: generate\n    default: praise"),
        ("pipelines/letters.yaml", "text: input.text }", "text: input.text.first }"),
        ("pipelines/letters.yaml", "text: input.text }", "text: { from: input.text, value: 1 } }"),
        ("pipelines/letters.yaml", "checks: [schema]", "checks: [judge]"),
        ("pipelines/letters.yaml", "checks: [schema]", "approval: { when: [{ risk: high, costUsd: { above: 1 } }], group: staff, timeout: 1h }"),
        ("pipelines/letters.yaml", "checks: [schema]", "approval: { group: staff, timeout: 1h, onTimeout: escalate }"),
        ("pipelines/letters.yaml", "checks: [schema]", "approval: { group: staff, timeout: 1h, escalate: { to: boss } }"),
        ("pipelines/letters.yaml", "checks: [schema]", "approval: { group: staff, timeout: 1h, approvals: 0 }"),
    ];

    [Fact]
    public async Task Schemas_FileThatTheLoaderRefuses_IsRefusedToo()
    {
        var wrong = Faults.Select(f => (f.File, Yaml: TemporaryConfig.Letters(f.File).Replace(f.Old, f.Changed, StringComparison.Ordinal))).ToList();
        Assert.All(wrong, w => Assert.NotEmpty(TemporaryConfig.Load(w).Problems));

        var verdicts = await VerdictsAsync([.. TemporaryConfig.LettersFiles().Select(f => (f, TemporaryConfig.Letters(f))), .. wrong]);

        Assert.All(verdicts.Take(3), Assert.True);
        Assert.All(Faults.Zip(verdicts.Skip(3)), pair => Assert.False(pair.Second, pair.First.Changed));
    }

    [Fact]
    public async Task Schemas_OfTools_AcceptAndRefuseAsTheLoaderDoes()
    {
        List<(string, string)> right = [("tools.yaml", ToolConfigTests.Tools), ("pipelines/tickets.yaml", ToolConfigTests.Pipeline)];
        List<(string File, string Yaml)> wrong =
        [
            .. new[] { ("scope: write", "scope: writing"), ("kind: http", "kind: grpc"), ("method: GET", "method: DELETE"), ("timeout: 10s", "headers: { a: b }"),
                ("    description: Finds tickets.\n", ""), ("apiKeyEnv: TICKETS_KEY", "apiKeyEnv: sk-live-1"), ("attempts: 4", "attempts: 0") }
                .Select(f => ("tools.yaml", ToolConfigTests.Tools.Replace(f.Item1, f.Item2, StringComparison.Ordinal))),
            .. new[] { ("    tool: tickets.find\n", ""), ("    tool: tickets.find\n", "    tool: tickets.find\n    unattended: true\n"), ("scope: write\n", "scope: write\n    output: { type: object }\n"),
                ("    approval: { when: [{ toolScope: write }, { risk: legal }], group: staff, timeout: 1h }\n", ""), ("{ risk: legal }]", "{ confidence: { of: id, below: 1 } }]"),
                ("    labels: [praise", "    scope: read\n    labels: [praise") }
                .Select(f => ("pipelines/tickets.yaml", ToolConfigTests.Pipeline.Replace(f.Item1, f.Item2, StringComparison.Ordinal))),
        ];
        Assert.All(wrong, w => Assert.NotEmpty(TemporaryConfig.Load([("tools.yaml", ToolConfigTests.Tools), ("pipelines/tickets.yaml", ToolConfigTests.Pipeline), w]).Problems));

        var verdicts = await VerdictsAsync([.. right, .. wrong]);

        Assert.Equal([.. right.Select(_ => true), .. wrong.Select(_ => false)], verdicts);
    }

    static async Task<IReadOnlyList<bool>> VerdictsAsync(IEnumerable<(string File, string Yaml)> files)
    {
        var answers = await NodeTools.RunAsync("ajv-verdicts.mjs", files.Select(f => $$"""{"schema":{{Schema(f.File)}},"instances":[{{Json(f.Yaml)}}]}"""));
        return [.. answers.Select(answer =>
        {
            using var document = JsonDocument.Parse(answer);
            Assert.True(document.RootElement.TryGetProperty("verdicts", out var verdicts), answer);
            return verdicts[0].GetBoolean();
        })];
    }

    static string Schema(string file)
    {
        var name = Path.GetFileName(file) switch
        {
            "models.yaml" => "models",
            "routing.yaml" => "routing",
            "tools.yaml" => "tools",
            _ => "pipeline",
        };
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Config, "schemas", $"{name}.schema.json")));
        return JsonSerializer.Serialize(schema.RootElement);
    }

    static string Json(string yaml)
    {
        var problems = new ProblemReporter("test", []);
        return YamlScalar.ToJson(YamlTree.Read(yaml, problems)!, problems).GetRawText();
    }
}
