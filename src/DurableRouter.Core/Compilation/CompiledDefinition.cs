using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Compilation;

/// <summary>A run's definition with what is derived from it once: compiled schemas, prompt sizes, look-up tables. Immutable.</summary>
public sealed class CompiledDefinition
{
    readonly Dictionary<string, CompiledStep> _steps;
    readonly Dictionary<string, CompiledModel> _models;
    readonly Dictionary<string, IReadOnlyList<string>> _precedents;
    readonly HashSet<string> _onDemand;

    /// <param name="own">The own checks of this program. A step whose own check isn't among them fails that check.</param>
    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: the definition contradicts itself, as none that was loaded does.</exception>
    public CompiledDefinition(string sha256, RunDefinition definition, OutputChecks? own = null)
    {
        Sha256 = sha256;
        Definition = definition;
        Family = definition.Routing.Families.GetValueOrDefault(definition.Pipeline.Family);
        Steps = [.. definition.Pipeline.Steps.Select((step, order) => new CompiledStep(step, order, Family, own ?? OutputChecks.None, ToolOf(step, definition)))];
        _onDemand = OnDemand.Steps(definition.Pipeline).ToHashSet(StringComparer.Ordinal);
        _precedents = definition.Pipeline.Steps.ToDictionary(s => s.Id, s => StepOrder.Precedents(definition.Pipeline, s.Id));
        _steps = Steps.Concat(Judges).ToDictionary(s => s.Definition.Id);
        Models = [.. definition.Catalog.Models.Select((model, order) => Compile(model, order, definition.Catalog))];
        _models = Models.ToDictionary(m => m.Name);
    }

    /// <summary>The address of the definition's canonical JSON.</summary>
    public string Sha256 { get; }

    public RunDefinition Definition { get; }

    /// <summary>Null when the routing doesn't declare the pipeline's family, which a load refuses.</summary>
    public FamilyPolicy? Family { get; }

    /// <summary>In the pipeline's order.</summary>
    public IReadOnlyList<CompiledStep> Steps { get; }

    /// <summary>The steps that grade others, in the pipeline's order.</summary>
    public IEnumerable<CompiledStep> Judges => Steps.Select(s => s.Judge).OfType<CompiledStep>();

    /// <summary>In the catalog's order.</summary>
    public IReadOnlyList<CompiledModel> Models { get; }

    /// <summary>Pins a pipeline to the catalog, the routing and the tools in use.</summary>
    /// <param name="tools">All that there are: those that the pipeline names are pinned with it. Null: none.</param>
    public static CompiledDefinition Pin(PipelineDefinition pipeline, ModelCatalog catalog, RoutingPolicy routing,
        IReadOnlyList<ToolDefinition>? tools = null, OutputChecks? own = null)
    {
        var named = (tools ?? []).Where(t => pipeline.Steps.Any(s => s.Tool == t.Name)).ToList();
        var declared = DeclaredRisk.Declare(pipeline, routing.Families.GetValueOrDefault(pipeline.Family));
        var definition = new RunDefinition(RunDefinition.CurrentSchemaVersion, DefinitionJson.Version(pipeline), declared, catalog, routing,
            named.Count == 0 ? null : named);
        return new CompiledDefinition(CanonicalJson.Sha256(DefinitionJson.Write(definition)), definition, own);
    }

    /// <exception cref="KeyNotFoundException">The pipeline has no such step.</exception>
    public CompiledStep Step(string id) => _steps[id];

    /// <summary>The steps that a step of the pipeline waits for, in declared order: more than it needs (see <see cref="StepOrder"/>).</summary>
    public IReadOnlyList<string> Precedents(string step) => _precedents[step];

    /// <summary>True for a step that runs only when another needs it (see <see cref="OnDemand"/>).</summary>
    public bool RunsOnDemand(string step) => _onDemand.Contains(step);

    public CompiledStep? FindStep(string id) => _steps.GetValueOrDefault(id);

    public CompiledModel? FindModel(string name) => _models.GetValueOrDefault(name);

    static CompiledTool? ToolOf(StepDefinition step, RunDefinition definition) => step.Kind != StepKind.Tool ? null
        : definition.Tools?.FirstOrDefault(t => t.Name == step.Tool) is { } tool ? new CompiledTool(tool)
        : throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"step '{step.Id}' names the tool '{step.Tool}', which the definition doesn't hold");

    static CompiledModel Compile(ModelEntry model, int order, ModelCatalog catalog) =>
        catalog.Providers.TryGetValue(model.Provider, out var provider)
            ? new CompiledModel(model, provider, order, provider.Residency == CatalogWords.Local)
            : throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"model '{model.Name}' names the provider '{model.Provider}', which the catalog doesn't hold");
}
