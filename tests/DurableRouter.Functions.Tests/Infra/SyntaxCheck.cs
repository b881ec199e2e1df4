namespace DurableRouter.Functions.Tests.Infra;

/// <summary>Every file is Bicep.</summary>
static class SyntaxCheck
{
    public static IEnumerable<string> Problems(InfraFolder folder) =>
        from file in folder.Files
        from node in file.Root.All
        where node.Error
        select file.At(node, $"not Bicep: {node.Text.Split('\n')[0]}");
}
