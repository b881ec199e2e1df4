namespace DurableRouter.Functions.Tests.Infra;

/// <summary>Every name that is used is declared in its file, imported from another one, or one of Bicep's own.</summary>
static class SymbolCheck
{
    // Of Bicep's functions those that infra/ uses: a misspelt one is not among them.
    static readonly HashSet<string> BuiltIn =
    [
        "concat", "empty", "environment", "guid", "map", "replace", "resourceId", "string", "subscription", "subscriptionResourceId",
        "tenant", "toLower", "union", "uniqueString",
        "allowed", "batchSize", "description", "export", "maxLength", "maxValue", "metadata", "minLength", "minValue", "secure",
    ];

    static readonly HashSet<string> Declaring =
    [
        "parameter_declaration", "variable_declaration", "resource_declaration", "module_declaration", "type_declaration",
    ];

    public static IEnumerable<string> Problems(InfraFolder folder)
    {
        foreach (var file in folder.Files)
        {
            foreach (var import in file.Root.Children.Where(n => n.Type == "import_functionality"))
            {
                var source = folder.File(Resolve(file.Path, import.Value.Unquoted));
                var missing = import.Children.SkipLast(1).Where(i => source is null
                    || !source.Variables.Any(v => v.Name == i.Text && source.Decorators(v).Contains("export")));
                foreach (var name in missing)
                {
                    yield return file.At(import, $"{import.Value.Unquoted} exports no {name.Text}");
                }
            }

            var declared = Declared(file.Root).Concat(BuiltIn).ToHashSet();
            foreach (var use in Uses(file.Root).Where(u => !declared.Contains(u.Text)))
            {
                yield return file.At(use, $"{use.Text} isn't declared");
            }
        }
    }

    // Names of loops and lambdas count in the whole file: no two declarations of ours share a name that could hide a mistake.
    static IEnumerable<string> Declared(BicepNode root) => root.All.SelectMany(node => node.Type switch
    {
        "loop_variable" or "loop_enumerator" => [node.Text],
        "lambda_expression" => [node.Name],
        "for_statement" when node.Children[0].Type == "identifier" => [node.Name],
        "import_functionality" => node.Children.SkipLast(1).Select(c => c.Text),
        var type when Declaring.Contains(type) => [node.Name],
        _ => Enumerable.Empty<string>(),
    });

    static IEnumerable<BicepNode> Uses(BicepNode node)
    {
        var isNamed = node.Type is "object_property" or "output_declaration" or "import_functionality" or "lambda_expression" or "for_statement"
            || Declaring.Contains(node.Type);
        return (isNamed ? node.Children.Skip(1) : node.Children)
            .SelectMany(child => child.Type == "identifier" ? [child] : Uses(child));
    }

    static string Resolve(string from, string relative) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(from)!, relative))).Replace('\\', '/');
}
