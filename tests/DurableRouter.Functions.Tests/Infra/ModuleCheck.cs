namespace DurableRouter.Functions.Tests.Infra;

/// <summary>Modules exist, get exactly the parameters that they declare, and have the outputs that are read.</summary>
static class ModuleCheck
{
    public static IEnumerable<string> Problems(InfraFolder folder)
    {
        var modules = new Dictionary<string, BicepFile>();
        foreach (var module in folder.Main.Modules)
        {
            if (folder.File(module.Children[1].Unquoted) is not { } file)
            {
                yield return folder.Main.At(module, $"there is no {module.Children[1].Unquoted}");
                continue;
            }

            modules[module.Name] = file;
            var given = module.Property("params")?.Properties.Select(p => p.Name).ToList() ?? [];
            foreach (var name in given.Except(file.Parameters.Select(p => p.Name)))
            {
                yield return folder.Main.At(module, $"{file.Path} has no parameter {name}");
            }

            foreach (var name in file.Required.Except(given))
            {
                yield return folder.Main.At(module, $"{file.Path} needs the parameter {name}");
            }
        }

        foreach (var read in folder.Main.Root.All.Where(IsOutput))
        {
            var module = read.Children[0].Children[0].Text;
            if (modules.TryGetValue(module, out var file) && !file.Outputs.Any(o => o.Name == read.Children[1].Text))
            {
                yield return folder.Main.At(read, $"{file.Path} has no output {read.Children[1].Text}");
            }
        }
    }

    static bool IsOutput(BicepNode node) =>
        node is { Type: "member_expression", Children: [{ Type: "member_expression", Children: [_, { Text: "outputs" }] }, _] };
}
