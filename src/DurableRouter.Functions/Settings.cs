namespace DurableRouter.Functions;

/// <summary>The name of every setting that the app reads, as configuration spells it (an environment variable has <c>__</c> for <c>:</c>).</summary>
/// <remarks>
/// <c>local.settings.sample.json</c> and <c>infra/modules/function-app.bicep</c> set each of them, and a test compares the three. What the
/// Functions host and the SDKs read for themselves is described in docs/azure.md.
/// </remarks>
static class Settings
{
    /// <summary>The folder with models.yaml, routing.yaml and pipelines/, relative to the app's own. Default: <c>config</c>.</summary>
    public const string Config = "DURABLEROUTER_CONFIG";

    /// <summary>The callers' keys, as hashes: <c>NAME:ROLE+ROLE:SHA256</c>, separated by semicolons. The app doesn't start without any, unless
    /// <see cref="Keyless"/> says so.</summary>
    public const string Keys = "DURABLEROUTER_KEYS";

    /// <summary><c>true</c>: without keys, whoever reaches the app may do everything. For a developer's machine; refused on Azure. Default:
    /// <c>false</c>.</summary>
    public const string Keyless = "DURABLEROUTER_KEYLESS";

    /// <summary>The request header in which the platform names the caller's address, which limits count by. Default: <c>CLIENT-IP</c> on Azure,
    /// none elsewhere.</summary>
    public const string ClientAddressHeader = "DURABLEROUTER_CLIENT_ADDRESS_HEADER";

    /// <summary>The address that links are built on, such as <c>https://router.example.com</c>. Default: each request's own.</summary>
    public const string PublicUrl = "DURABLEROUTER_PUBLIC_URL";

    /// <summary>For how many days content and Durable histories of ended runs are kept; the ledger outlives them. Default: 30.</summary>
    public const string RetentionDays = "DURABLEROUTER_RETENTION_DAYS";

    /// <summary>A connection string for ledger, approvals, runs and content; <c>UseDevelopmentStorage=true</c> is Azurite. On Azure the two
    /// addresses stand in its place.</summary>
    public const string Storage = "DurableRouterStorage";

    /// <summary>The table service's address, used with the app's identity. Instead of <see cref="Storage"/>.</summary>
    public const string StorageTableUri = "DurableRouterStorage:tableServiceUri";

    /// <summary>The blob service's address, used with the app's identity. Instead of <see cref="Storage"/>.</summary>
    public const string StorageBlobUri = "DurableRouterStorage:blobServiceUri";

    /// <summary>Set by Azure itself, nowhere else: without it the app runs on somebody's machine.</summary>
    public const string AzureSite = "WEBSITE_SITE_NAME";

    /// <summary>Set by Azure, and by Core Tools: the app's own host name, with the port where it isn't the scheme's.</summary>
    public const string HostName = "WEBSITE_HOSTNAME";
}
