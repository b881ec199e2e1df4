using DurableRouter.Core.Definitions;

namespace DurableRouter.Local.Demo;

/// <summary>What goes wrong on purpose, at the endpoint and unknown to the product: one model is down for one document, and one answer of
/// that model for another document breaks its schema.</summary>
static class DemoChaos
{
    public const string FallbackDocument = "invoice";
    public const string CheckDocument = "letter";

    /// <param name="target">The model that the faults strike: the first of the fast tier, which is everybody's first choice.</param>
    public static IReadOnlyList<SimulatedFaultRule> For(string model, string target, IReadOnlyList<DemoDocument> documents) => model != target ? [] :
    [
        new SimulatedFaultRule("server_error", "classify", null, null, Marker(documents, FallbackDocument), null),
        new SimulatedFaultRule("schema_error", "extract", 1, null, Marker(documents, CheckDocument), null),
    ];

    static string Marker(IReadOnlyList<DemoDocument> documents, string name) => documents.First(d => d.Name == name).Marker;
}
