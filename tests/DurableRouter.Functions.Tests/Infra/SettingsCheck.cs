using System.Reflection;
using System.Text.Json;
using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>Each setting that the code names is set on Azure by Bicep and locally by the sample, and neither sets one of ours that nobody
/// reads.</summary>
static class SettingsCheck
{
    const string App = "modules/function-app.bicep";

    static readonly string[] LocalOnly = [Settings.Storage, Settings.Keyless];
    static readonly string[] AzureOnly = [Settings.StorageBlobUri, Settings.StorageTableUri];
    static readonly string[] Platform = [Settings.AzureSite, Settings.HostName];

    public static IReadOnlyList<string> Named { get; } =
    [
        .. typeof(Settings).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
    ];

    public static IEnumerable<string> Problems(InfraFolder folder) =>
        Compare(App, Deployed(folder), Named.Except(Platform).Except(LocalOnly))
            .Concat(Compare("local.settings.sample.json", Sample(), Named.Except(Platform).Except(AzureOnly)));

    /// <summary>The app settings of the deployment, as configuration spells them.</summary>
    public static IReadOnlyList<string> Deployed(InfraFolder folder) =>
        [.. folder.File(App)!.Variables.SelectMany(v => v.Value.Properties).Select(p => p.Name.Replace("__", ":", StringComparison.Ordinal))];

    static IReadOnlyList<string> Sample()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "local.settings.sample.json")));
        return [.. sample.RootElement.GetProperty("Values").EnumerateObject().Select(v => v.Name)];
    }

    static IEnumerable<string> Compare(string where, IReadOnlyList<string> set, IEnumerable<string> named)
    {
        foreach (var name in named.Except(set))
        {
            yield return $"{where}: {name} isn't set";
        }

        foreach (var name in set.Where(s => s.StartsWith("DurableRouter", StringComparison.OrdinalIgnoreCase)).Except(Named))
        {
            yield return $"{where}: nobody reads {name}";
        }
    }
}
