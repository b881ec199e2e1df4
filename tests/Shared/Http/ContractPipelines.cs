using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Tests.Http;

/// <summary>The pipelines that a host under the contract suite offers: <c>quick</c> ends by itself; <c>held</c> first waits for an approval of
/// its answer; both take <c>{ "text": string }</c>. <c>Config</c> has the same as files.</summary>
static class ContractPipelines
{
    public static IReadOnlyList<CompiledDefinition> All { get; } = [Define("held"), Define("quick")];

    static CompiledDefinition Define(string name)
    {
        var input = JsonElement.Parse("""
            { "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } }, "additionalProperties": false }
            """);
        var step = new StepDefinition
        {
            Id = "answer",
            Kind = StepKind.Generate,
            Input = [new InputField("text", new FieldSource("input.text"))],
            Instructions = "Repeat the text.",
            Output = JsonElement.Parse("""{ "type": "object", "required": ["echo"], "properties": { "echo": { "type": "string" } }, "additionalProperties": false }"""),
            MaxOutputTokens = 1000,
            Checks = [new CheckDefinition("schema")],
            Approval = name == "held" ? new ApprovalPolicy([], "reviewers", TimeSpan.FromHours(24)) : null,
        };
        var pipeline = new PipelineDefinition(name, "document", $"The {name} pipeline.", input, [step], new FieldSource("answer"));
        var catalog = new ModelCatalog(new DateOnly(2026, 11, 1),
            new Dictionary<string, ProviderEntry>
            {
                ["simulated"] = new("simulated", ProviderKind.Simulated, null, null, false, null, null),
                ["elsewhere"] = new("elsewhere", ProviderKind.OpenAI, new Uri("https://models.example/v1"), "SECRET_KEY_VARIABLE", false,
                    null, null),
            },
            [Model("sim-fast", Tier.Fast), Model("sim-powerful", Tier.Powerful)]);
        var families = new Dictionary<string, FamilyPolicy>
        {
            ["document"] = new("document", new Dictionary<string, StepRoute> { ["generate"] = new(Tier.Fast) }, new FallbackPolicy(),
                new Dictionary<string, RiskPolicy>(), null),
        };
        return CompiledDefinition.Pin(pipeline, catalog, new RoutingPolicy("document", families, new BudgetPolicy(null, null)));
    }

    static ModelEntry Model(string name, Tier tier) => new()
    {
        Name = name,
        Provider = "simulated",
        Deployment = name,
        Tier = tier,
        Price = new ModelPrice(1, 0.5m, 4, "invented for tests"),
        Limits = new ModelLimits(100_000, 8_000),
        Capabilities = new ModelCapabilities(StructuredOutput: true),
        Simulate = new SimulatedModel(5, 0, 1, []),
    };
}
