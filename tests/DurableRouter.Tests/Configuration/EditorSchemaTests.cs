using System.Text.Json;
using DurableRouter.Core.Configuration;
using DurableRouter.Tests.Shared;

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

    [Theory]
    [InlineData("models.yaml", "    tier: fast", "    tire: fast")]
    [InlineData("models.yaml", "    tier: fast", "    tier: quick")]
    [InlineData("models.yaml", "kind: openai, ", "")]
    [InlineData("models.yaml", "cachedInput: 0.02, ", "")]
    [InlineData("models.yaml", "input: 0.1,", "input: -0.1,")]
    [InlineData("models.yaml", "output: 8000 }", "output: 8000 }\n    timeouts: { firstByte: 10 }")]
    [InlineData("models.yaml", "output: 8000 }", "output: 8000 }\n    params: { max_tokens: 5 }")]
    [InlineData("routing.yaml", "{ tier: fast }", "{ tier: fast, models: [swift-1] }")]
    [InlineData("routing.yaml", "{ tier: fast }", "{ residency: local }")]
    [InlineData("routing.yaml", "direction: up", "direction: north")]
    [InlineData("routing.yaml", "1-2: fast", "0-2: fast")]
    [InlineData("pipelines/letters.yaml", "    kind: generate", "    kind: tool")]
    [InlineData("pipelines/letters.yaml", "    kind: generate", "    kind: generate\n    forEach: sort.risk")]
    [InlineData("pipelines/letters.yaml", "    kind: generate", "    kind: generate\n    maxRevisions: 1")]
    [InlineData("pipelines/letters.yaml", "    labels: [praise, complaint]\n", "")]
    [InlineData("pipelines/letters.yaml", "    labels: [praise, complaint]", "    labels: [praise, complaint]\n    output: { type: object }")]
    [InlineData("pipelines/letters.yaml", "text: input.text }", "text: input.text.first }")]
    [InlineData("pipelines/letters.yaml", "text: input.text }", "text: { from: input.text, value: 1 } }")]
    [InlineData("pipelines/letters.yaml", "checks: [schema]", "checks: [judge]")]
    [InlineData("pipelines/letters.yaml", "checks: [schema]", "approval: { when: [{ risk: high, costUsd: { above: 1 } }], group: staff, timeout: 1h }")]
    public async Task Schemas_FileThatTheLoaderRefuses_IsRefusedToo(string file, string old, string changed)
    {
        var right = TemporaryConfig.Letters(file);
        var wrong = right.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(right, wrong);
        Assert.NotEmpty(TemporaryConfig.Load((file, wrong)).Problems);

        Assert.Equal([true, false], await VerdictsAsync([(file, right), (file, wrong)]));
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
