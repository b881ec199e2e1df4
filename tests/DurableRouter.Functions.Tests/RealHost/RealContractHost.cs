using System.Globalization;
using DurableRouter.Http;
using DurableRouter.Tests;
using DurableRouter.Tests.Http;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The published app with the pipelines of the contract, under the contract suite.</summary>
sealed class RealContractHost(AppSetup setup, RunningApp app) : ContractHost(app.Http.BaseAddress!)
{
    /// <summary>The files of <see cref="ContractPipelines"/>.</summary>
    public static readonly string Config = Path.Combine(Repository.Root, "tests", "Shared", "Http", "Config");

    /// <param name="configure">Callers' keys become the app's setting; what it has no settings for is changed in its process.</param>
    public static async Task<RealContractHost> StartAsync(Action<RouterApiOptions>? configure)
    {
        var setup = await AppSetup.CreateAsync();
        setup.Settings[Settings.Config] = Config;
        var options = new RouterApiOptions();
        configure?.Invoke(options);
        if (options.Keys.Count > 0)
        {
            setup.Settings[Settings.Keys] = string.Join(';', options.Keys.Select(key =>
                $"{key.Name}:{key.Roles.ToString().Replace(", ", "+", StringComparison.Ordinal)}:{key.Sha256}"));
        }

        var changed = string.Join(';', Changes(options));
        if (changed.Length > 0)
        {
            setup.Plant("PLANTED_OPTIONS", changed);
        }

        return new RealContractHost(setup, await setup.StartAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await app.DisposeAsync();
        setup.Dispose();
    }

    static IEnumerable<string> Changes(RouterApiOptions options)
    {
        var defaults = new RouterApiOptions();
        foreach (var member in (string[])[nameof(options.AllowKeylessLoopback), nameof(options.DefaultPipeline), nameof(options.MaxWait),
            nameof(options.StreamHeartbeat), nameof(options.StreamLimit)])
        {
            var property = typeof(RouterApiOptions).GetProperty(member)!;
            if (!Equals(property.GetValue(options), property.GetValue(defaults)))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{member}={property.GetValue(options)}");
            }
        }
    }
}
