namespace DurableRouter.Functions.Tests.Infra;

/// <summary>A part of a Bicep file as the grammar of <c>tree-sitter-bicep</c> names it.</summary>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Error">Whether the parser had to skip or invent something right in it.</param>
public sealed record BicepNode(string Type, int Line, string Text, bool Error, IReadOnlyList<BicepNode> Children)
{
    public IEnumerable<BicepNode> All => Children.SelectMany(c => c.All).Prepend(this);

    /// <summary>What a declaration declares, what a property is called.</summary>
    public string Name => Children[0].Unquoted;

    public string Unquoted => Type == "string" ? Text[1..^1] : Text;

    /// <summary>The value of a declaration or property: its last part.</summary>
    public BicepNode Value => Children[^1];

    /// <summary>The properties of an object, or of the one object that a declaration's loop or condition holds.</summary>
    public IEnumerable<BicepNode> Properties => Type switch
    {
        "object" => Children.Where(c => c.Type == "object_property" && c.Children.Count > 1),
        "for_statement" or "if_statement" or "resource_declaration" or "module_declaration" => Value.Properties,
        _ => [],
    };

    public BicepNode? Property(string name) => Properties.FirstOrDefault(p => p.Name == name)?.Value;
}
