using System.Globalization;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using Microsoft.Extensions.Configuration;

namespace DurableRouter.Functions;

/// <summary>The app's settings, read and checked once, before anything starts.</summary>
sealed record AppSettings
{
    const int DefaultRetentionDays = 30;

    /// <summary>App Service's front end overwrites what a caller sends in it (docs/azure.md).</summary>
    const string AzureClientAddressHeader = "CLIENT-IP";

    /// <summary>Absolute.</summary>
    public required string ConfigFolder { get; init; }

    public required IReadOnlyList<ApiKey> Keys { get; init; }

    /// <summary>Whether callers without a key are let in while there are no keys.</summary>
    public required bool Keyless { get; init; }

    /// <summary>Null: nobody names the callers' addresses, and all share each limit.</summary>
    public string? ClientAddressHeader { get; init; }

    public required TimeSpan Retention { get; init; }

    /// <summary>Null: links are built on each request's own address.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where the Functions host itself can be reached.</summary>
    public required Uri OwnUrl { get; init; }

    /// <summary>Null: the two addresses are set.</summary>
    public string? StorageConnection { get; init; }

    public Uri? TableService { get; init; }

    public Uri? BlobService { get; init; }

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: the setting, and what it must be.</exception>
    public static AppSettings Read(IConfiguration configuration)
    {
        var onAzure = configuration[Settings.AzureSite] is { Length: > 0 };
        var keys = ApiKeys.Read(configuration[Settings.Keys]);
        var keyless = Switch(configuration, Settings.Keyless);
        if (keys.Count == 0 && (onAzure || !keyless))
        {
            // The Functions host stands in front: from here every caller may look like one on this machine.
            throw Invalid(Settings.Keys, "is empty, so anybody could call the app. Set the callers' keys as NAME:ROLE+ROLE:SHA256"
                + (onAzure ? "" : $", or, on a machine of your own, {Settings.Keyless} to true"));
        }

        var settings = new AppSettings
        {
            ConfigFolder = Path.GetFullPath(configuration[Settings.Config] is { Length: > 0 } folder ? folder : "config", AppContext.BaseDirectory),
            Keys = keys,
            Keyless = keyless,
            ClientAddressHeader = configuration[Settings.ClientAddressHeader] is { Length: > 0 } header ? header
                : onAzure ? AzureClientAddressHeader : null,
            Retention = TimeSpan.FromDays(Days(configuration)),
            PublicUrl = Address(configuration, Settings.PublicUrl),
            OwnUrl = Own(configuration),
            StorageConnection = configuration[Settings.Storage] is { Length: > 0 } connection ? connection : null,
            TableService = Address(configuration, Settings.StorageTableUri),
            BlobService = Address(configuration, Settings.StorageBlobUri),
        };
        return settings.StorageConnection is not null || (settings.TableService is not null && settings.BlobService is not null)
            ? settings
            : throw Invalid(Settings.Storage, $"is not set. Set it to a connection string, or {Settings.StorageTableUri} and {Settings.StorageBlobUri} to the services' addresses");
    }

    static bool Switch(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var on) => on,
        _ => throw Invalid(name, "must be true or false"),
    };

    static int Days(IConfiguration configuration) => configuration[Settings.RetentionDays] switch
    {
        null or "" => DefaultRetentionDays,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 3650 => days,
        _ => throw Invalid(Settings.RetentionDays, "must be a whole number of days from 1 to 3650"),
    };

    static Uri Own(IConfiguration configuration) => configuration[Settings.HostName] is { Length: > 0 } name
        ? new Uri(configuration[Settings.AzureSite] is { Length: > 0 } ? $"https://{name}" : $"http://{name}")
        : new Uri("http://localhost:7071");

    static Uri? Address(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" => address,
        _ => throw Invalid(name, "must be an address like https://example.com"),
    };

    static DurableRouterException Invalid(string name, string what) => new(ErrorCodes.ConfigInvalid, $"The setting {name} {what}.");
}
