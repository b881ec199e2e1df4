using System.Text;
using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Tests.Configuration;

namespace DurableRouter.Tests.Pipelines;

public sealed class CanonicalJsonTests
{
    static readonly string Golden = Path.Combine(Repository.Root, "tests", "golden");

    /// <summary>When this fails, either the shipped pipeline was edited (then renew both files), or the canonical form changed: then every
    /// stored version changes with it, which no release may do.</summary>
    [Fact]
    public void Write_ShippedDocument_GivesTheGoldenBytesAndVersion()
    {
        var pipeline = ConfigLoader.Load(Repository.Config).GetOrThrow().Pipelines["document"];

        Assert.Equal(File.ReadAllText(Path.Combine(Golden, "document.canonical.json")).TrimEnd('\n'), Encoding.UTF8.GetString(DefinitionJson.Write(pipeline)));
        Assert.Equal(File.ReadAllText(Path.Combine(Golden, "document.sha256")).TrimEnd('\n'), DefinitionJson.Version(pipeline));
    }

    [Fact]
    public void Version_SameContentInAnotherSpelling_IsTheSame()
    {
        var config = TemporaryConfig.Load().GetOrThrow();
        var spelled = """
            # A comment, other quotes, other flow, other numbers.
            name: "letters"
            family: 'letters'
            input:
              type: object
              properties:
                text: { "type": "string" }
            steps:
              - { id: sort, kind: classify, input: { text: input.text }, labels: ["praise", "complaint"] }
              - id: draft
                kind: generate
                needs:
                  - sort
                input: { text: { from: input.text }, kind: sort.category }
                instructions: >-
                  Answer the letter.
                output: { type: object, properties: { reply: { type: string }, confidence: { type: number } } }
              - id: check
                kind: verify
                needs: [draft]
                input: { claims: draft, text: input.text }
                maxRevisions: 0x1
                revises: draft
                maxOutputTokens: 1_000
            result: { from: draft }
            """.Replace("1_000", "1000.0", StringComparison.Ordinal);

        var loaded = ConfigLoader.LoadPipeline(spelled, "request", config.Catalog, config.Routing);

        Assert.Empty(loaded.Problems);
        Assert.Equal(DefinitionJson.Version(config.Pipelines["letters"]), DefinitionJson.Version(loaded.Pipeline!));
    }

    [Fact]
    public void Version_AnyChangeOfMeaning_IsAnother()
    {
        var config = TemporaryConfig.Load().GetOrThrow();
        var yaml = TemporaryConfig.Letters("pipelines/letters.yaml");
        string[] edits =
        [
            yaml.Replace("Answer the letter.", "Answer the letter!", StringComparison.Ordinal),
            yaml.Replace("[praise, complaint]", "[complaint, praise]", StringComparison.Ordinal),
            yaml.Replace("maxRevisions: 1", "maxRevisions: 2", StringComparison.Ordinal),
            yaml.Replace("reply: { type: string }, confidence: { type: number }", "confidence: { type: number }, reply: { type: string }", StringComparison.Ordinal),
        ];

        var versions = edits.Prepend(yaml).Select(y => DefinitionJson.Version(ConfigLoader.LoadPipeline(y, "request", config.Catalog, config.Routing).Pipeline!));

        Assert.Equal(5, versions.Distinct().Count());
    }

    [Theory]
    [InlineData("""{ "b": 1.0, "a": [ 1e2, "\u00e9" ] }""", """{"b":1,"a":[100,"\u00E9"]}""")]
    [InlineData("""[true,false,null,-0.0,0.10]""", "[true,false,null,0,0.1]")]
    public void Write_AnyJson_HasOneSpelling(string json, string canonical)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(document.RootElement)));
    }

    [Fact]
    public void Get_StoredDefinition_ComesBackTheSame()
    {
        var config = ConfigLoader.Load(Repository.Config).GetOrThrow();
        var pinned = CompiledDefinition.Pin(config.Pipelines["document"], config.Catalog, config.Routing);
        var bytes = DefinitionJson.Write(pinned.Definition);
        var loads = 0;
        var cache = new DefinitionCache(_ =>
        {
            loads++;
            return bytes;
        });

        var read = cache.Get(pinned.Sha256);

        Assert.Equal(CanonicalJson.Sha256(bytes), pinned.Sha256);
        Assert.Equal(bytes, DefinitionJson.Write(read.Definition));
        Assert.Same(read, cache.Get(pinned.Sha256));
        Assert.Equal(1, loads);
        Assert.Equal(config.Catalog.Models.Select(m => m.Name), read.Models.Select(m => m.Name));
        Assert.Equal(pinned.Steps.Select(s => s.Route.Tier), read.Steps.Select(s => s.Route.Tier));
    }

    [Fact]
    public void Get_MissingOrForgedOrNewer_IsDefinitionMissing()
    {
        var config = TemporaryConfig.Load().GetOrThrow();
        var definition = CompiledDefinition.Pin(config.Pipelines["letters"], config.Catalog, config.Routing).Definition;
        var right = DefinitionJson.Write(definition);
        var newer = DefinitionJson.Write(definition with { SchemaVersion = 2 });
        var broken = "{\"schemaVersion\":"u8.ToArray();

        AssertMissing(_ => null, CanonicalJson.Sha256(right), "isn't stored");
        AssertMissing(_ => newer, CanonicalJson.Sha256(right), "other bytes");
        AssertMissing(_ => newer, CanonicalJson.Sha256(newer), "version 2");
        AssertMissing(_ => broken, CanonicalJson.Sha256(broken), "can't be read");
    }

    [Fact]
    public void RunDefinition_RoundTrip_KeepsEveryKey()
    {
        var config = ConfigLoader.Load(Path.Combine(Repository.Config, "examples", "gateway")).GetOrThrow();
        var definition = CompiledDefinition.Pin(config.Pipelines["document"], config.Catalog, config.Routing).Definition;

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(definition, CoreJson.Default.RunDefinition), CoreJson.Default.RunDefinition)!;

        Assert.Equal(DefinitionJson.Write(definition), DefinitionJson.Write(read));
        Assert.Equal("GATEWAY_API_KEY", read.Catalog.Providers["gateway-openai"].ApiKeyEnv);
        Assert.Equal(TimeSpan.FromHours(24), read.Pipeline.Step("reason").Approval!.Timeout);
        Assert.Equal("reason", read.Pipeline.Step("verify").Revises);
    }

    static void AssertMissing(Func<string, ReadOnlyMemory<byte>?> load, string sha256, string why)
    {
        var fault = Assert.Throws<DurableRouterException>(() => new DefinitionCache(load).Get(sha256));

        Assert.Equal(ErrorCodes.DefinitionMissing, fault.Code);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }
}
