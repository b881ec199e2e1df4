using System.Text.RegularExpressions;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>Role identifiers stand in one place, are the public ones, and each is used.</summary>
static partial class RoleCheck
{
    // Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles.
    static readonly Dictionary<string, string> BuiltIn = new()
    {
        ["storageBlobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["storageBlobDataContributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["storageQueueDataContributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["storageTableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["cognitiveServicesOpenAIUser"] = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        ["durableTaskDataContributor"] = "0ad04412-c4d5-4796-b79c-f76d14c8d402",
    };

    const string ListFile = "modules/roles.bicep";

    public static IEnumerable<string> Problems(InfraFolder folder)
    {
        var list = folder.File(ListFile)!;
        var listed = list.Variables.Single().Value.Properties.ToDictionary(p => p.Name, p => p.Value.Unquoted);
        foreach (var (name, id) in listed.Where(r => BuiltIn.GetValueOrDefault(r.Key) != r.Value))
        {
            yield return $"{ListFile}: {id} is not the built-in role {name}";
        }

        var uses = folder.Files.SelectMany(f => f.Root.All)
            .Where(n => n is { Type: "member_expression", Children: [{ Text: "roleIds" }, _] }).Select(n => n.Children[1].Text).ToHashSet();
        foreach (var name in BuiltIn.Keys.Where(n => !uses.Contains(n)))
        {
            yield return $"nobody gets the role {name}";
        }

        foreach (var name in uses.Where(n => !listed.ContainsKey(n)))
        {
            yield return $"{ListFile} has no {name}";
        }

        foreach (var file in folder.Files.Where(f => f != list))
        {
            foreach (var node in file.Root.All.Where(n => n.Type == "string" && RoleId().IsMatch(n.Text)))
            {
                yield return file.At(node, $"an identifier outside of {ListFile}");
            }

            foreach (var node in file.Resources.Where(r => r.Children[1].Unquoted.Split('@')[0] == "Microsoft.Authorization/roleAssignments"
                && (r.Property("scope") is null || r.Property("properties")?.Property("principalType") is null)))
            {
                yield return file.At(node, $"{node.Name} needs a scope of its own and a principalType");
            }
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RoleId();
}
