using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Health;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;

namespace DurableRouter.Tests.Shared;

/// <summary>A small document pipeline, its catalog and its scripted models: what a test changes, it changes here.</summary>
public sealed class TestPipeline : IDefinitionSource
{
    public const string Text = "Acme Ltd shall pay 500 EUR to Bolt GmbH within 30 days.";
    public const string Classified = """{"category":"contract","complexity":2,"risk":[],"confidence":0.9}""";
    public const string Extracted = """{"items":[{"fact":"payment","quote":"shall pay 500 EUR"}],"confidence":0.9}""";
    public const string Reasoned = """{"items":[{"fact":"Acme owes 500 EUR","quote":"shall pay 500 EUR"}],"confidence":0.9}""";
    public const string Passes = """{"verdict":"pass","issues":[],"confidence":0.9}""";
    public const string Fails = """{"verdict":"fail","issues":[{"claim":"Acme owes 500 EUR","problem":"the deadline is missing"}],"confidence":0.9}""";

    static readonly JsonElement Facts = JsonElement.Parse("""
        {"type":"object","properties":{
          "items":{"type":"array","items":{"type":"object","properties":{"fact":{"type":"string"},"quote":{"type":"string"}},
                   "required":["fact","quote"],"additionalProperties":false}},
          "confidence":{"type":"number","minimum":0,"maximum":1}},
         "required":["items","confidence"],"additionalProperties":false}
        """);

    CompiledDefinition? _compiled;

    public TestPipeline() => DayBudget = new LedgerDayBudget(_ => Task.FromResult(SpentTodayUsd));

    public List<StepDefinition> Steps { get; set; } =
    [
        new()
        {
            Id = "classify", Kind = StepKind.Classify, Labels = ["contract", "invoice"], Input = [new("text", new FieldSource("input.text", Head: 200))],
            Output = BuiltInSchemas.Classify(["contract", "invoice"]), MaxOutputTokens = 100,
            RiskRules = [new RiskRule("high", ["unlimited liability"])],
        },
        new()
        {
            Id = "extract", Kind = StepKind.Extract, Needs = ["classify"], Output = Facts, MaxOutputTokens = 400,
            Input = [new("text", new FieldSource("input.text")), new("type", new FieldSource("classify.category"))],
            Checks = [new CheckDefinition("schema"), new CheckDefinition("source", "input.text")],
        },
        new()
        {
            Id = "reason", Kind = StepKind.Reason, Needs = ["extract"], Output = Facts, MaxOutputTokens = 400,
            Input = [new("facts", new FieldSource("extract"))], Instructions = "Find what must be paid.",
            Checks =
            [
                new CheckDefinition("schema"), new CheckDefinition("source", "input.text"),
                new CheckDefinition("confidence", Confidence: new Condition("confidence", AtLeast: 0.5)),
            ],
        },
        new()
        {
            Id = "verify", Kind = StepKind.Verify, Needs = ["reason"], Output = BuiltInSchemas.Verify, MaxOutputTokens = 200, MaxRevisions = 1,
            Revises = "reason", Input = [new("claims", new FieldSource("reason")), new("source", new FieldSource("input.text"))],
        },
    ];

    public FieldSource Result { get; set; } = new("reason");
    /// <summary>Those that steps call, and what calls them; null: none.</summary>
    public (IReadOnlyList<ToolDefinition> Definitions, ToolClient Client)? Tools { get; set; }
    public FallbackPolicy Fallback { get; set; } = new(FallbackDirection.Up, Last: LastLink.Fail);
    public decimal? BudgetUsd { get; set; }
    public decimal? DayBudgetUsd { get; set; }
    public FamilyBudgets? FamilyBudgets { get; set; }

    /// <summary>What other runs of the pipeline cost before.</summary>
    public decimal SpentTodayUsd { get; set; }

    /// <summary>Shared by all runs of this pipeline.</summary>
    public LedgerDayBudget DayBudget { get; }

    /// <summary>On the clock of the first run's host; shared by all runs of this pipeline.</summary>
    public ModelHealth? Health { get; private set; }
    public string? BaselineModel { get; set; }
    public ScriptedModels Models { get; } = new ScriptedModels()
        .Usually("generate", _ => """{"text":"done"}""").Usually("classify", _ => Classified).Usually("extract", _ => Extracted).Usually("reason", _ => Reasoned).Usually("verify", _ => Passes);

    /// <summary>Prices per million tokens: small 1/2, small-b 1/2, middle 4/8, large 16/32.</summary>
    public List<ModelEntry> Catalog { get; set; } =
    [
        Model("small", Tier.Fast, 1), Model("small-b", Tier.Fast, 1.25m), Model("middle", Tier.Balanced, 4), Model("large", Tier.Powerful, 16),
    ];

    public CompiledDefinition Compiled => _compiled ??= new CompiledDefinition("definition-1", new RunDefinition(1, "v1",
        new PipelineDefinition("document", "document", null, JsonElement.Parse("{}"), Steps, Result),
        new ModelCatalog(new DateOnly(2026, 11, 1), new Dictionary<string, ProviderEntry>
        {
            ["test"] = new("test", ProviderKind.Simulated, null, null, false, null, null),
        }, Catalog),
        new RoutingPolicy("document", new Dictionary<string, FamilyPolicy>
        {
            ["document"] = new("document", new Dictionary<string, StepRoute>
            {
                ["classify"] = new(Tier.Fast), ["extract"] = new(Tier.Fast), ["reason"] = new(Tier.Balanced), ["verify"] = new(Tier.Fast),
                ["generate"] = new(Tier.Fast),
            }, Fallback, new Dictionary<string, RiskPolicy>(), null, FamilyBudgets),
        }, new BudgetPolicy(BudgetUsd, DayBudgetUsd), BaselineModel), Tools?.Definitions));

    public CompiledDefinition Get(string sha256) => Compiled;

    public static ModelEntry Model(string name, Tier tier, decimal price) => new()
    {
        Name = name, Provider = "test", Deployment = name, Tier = tier, Price = new ModelPrice(price, price / 4, price * 2, "test"),
        Limits = new ModelLimits(100_000, 8_000), Capabilities = new ModelCapabilities(StructuredOutput: tier != Tier.Fast, Reasoning: 3),
        Retries = new ModelRetries { Attempts = 2 },
    };

    /// <summary>Two writers in parallel behind the classification.</summary>
    public static TestPipeline WithTwoWriters() => new()
    {
        Steps = [new TestPipeline().Steps[0], Writer("left", ["classify"], "input.text"), Writer("right", ["classify"], "input.text")],
        Result = new FieldSource("right.text"),
    };

    public static StepDefinition Writer(string id, string[] needs, string from) => new()
    {
        Id = id, Kind = StepKind.Generate, Needs = needs, Input = [new("text", new FieldSource(from))], MaxOutputTokens = 100,
        Output = JsonElement.Parse("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}"""),
    };

    public TestPipeline Edit(string step, Func<StepDefinition, StepDefinition> edit)
    {
        var at = Steps.FindIndex(s => s.Id == step);
        Steps[at] = edit(Steps[at]);
        return this;
    }

    /// <param name="version">The workflow's version that the run started with; null: the current one.</param>
    public InMemoryHost Host(string text = Text, decimal? budgetUsd = null, int? version = null) => new(() => new AsOfVersion(new RouterWorkflow(this), version),
        new RunInput(1, "document", "definition-1", new Dictionary<string, FieldValue> { ["text"] = FieldValues.Inline(JsonElement.Parse(
            JsonSerializer.Serialize(text, CoreJson.Default.String))) }, budgetUsd, null, "alice"),
        host => RouterActivities.Create(this, Models, host.Approvals, DayBudget, Health ??= new ModelHealth(host), tools: Tools?.Client));

    public ApprovalDecisions Decisions(InMemoryHost host) => new(host.Approvals, this, host.Content, host);

    public static Approver Person(string name) => new(name, Known: true, "key");

    public async Task<InMemoryHost> DecideAsync(InMemoryHost host, ApprovalStatus decision, string? comment = null, string? edits = null)
    {
        await Decisions(host).DecideAsync(new DecideApproval(host.Approvals.Pending.Id, decision, Person("bob"), comment,
            edits is null ? null : JsonElement.Parse(edits)), CancellationToken.None);
        return await host.RunAsync();
    }
}
