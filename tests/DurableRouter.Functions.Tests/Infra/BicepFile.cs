namespace DurableRouter.Functions.Tests.Infra;

/// <param name="Path">Relative to <c>infra/</c>.</param>
public sealed record BicepFile(string Path, BicepNode Root)
{
    public IReadOnlyList<BicepNode> Parameters => Declarations("parameter_declaration");

    public IReadOnlyList<BicepNode> Variables => Declarations("variable_declaration");

    public IReadOnlyList<BicepNode> Modules => Declarations("module_declaration");

    public IReadOnlyList<BicepNode> Outputs => Declarations("output_declaration");

    /// <summary>Nested ones included.</summary>
    public IReadOnlyList<BicepNode> Resources => [.. Root.All.Where(n => n.Type == "resource_declaration")];

    /// <summary>Parameters without a default, which a caller has to give.</summary>
    public IEnumerable<string> Required => Parameters.Where(p => p.Value.Type == "type").Select(p => p.Name);

    /// <summary>The names of the decorators that stand before a declaration.</summary>
    public IReadOnlyList<string> Decorators(BicepNode declaration)
    {
        var at = Root.Children.ToList().IndexOf(declaration);
        return at > 0 && Root.Children[at - 1] is { Type: "decorators" } decorators
            ? [.. decorators.Children.Select(d => d.Children[0].Type == "call_expression" ? d.Children[0].Name : d.Children[0].Text)]
            : [];
    }

    public string At(BicepNode node, string what) => $"{Path}:{node.Line}: {what}";

    IReadOnlyList<BicepNode> Declarations(string type) => [.. Root.Children.Where(n => n.Type == type)];
}
