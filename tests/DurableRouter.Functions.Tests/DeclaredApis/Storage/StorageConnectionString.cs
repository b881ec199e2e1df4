namespace DurableRouter.Functions.Tests.DeclaredApis.Storage;

/// <summary>The parts of a storage connection string that the declared clients need.</summary>
/// <remarks>Well-known values: the emulator's account and key are public
/// (learn.microsoft.com/azure/storage/common/storage-connect-azurite).</remarks>
sealed record StorageConnectionString(string Account, byte[] Key, Uri TableEndpoint, Uri BlobEndpoint)
{
    public const string EmulatorAccount = "devstoreaccount1";
    public const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <exception cref="FormatException">A part that is needed is missing.</exception>
    public static StorageConnectionString Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        if (parts.GetValueOrDefault("UseDevelopmentStorage") == "true")
        {
            return new StorageConnectionString(EmulatorAccount, Convert.FromBase64String(EmulatorKey),
                new Uri($"http://127.0.0.1:10002/{EmulatorAccount}"), new Uri($"http://127.0.0.1:10000/{EmulatorAccount}"));
        }

        var account = Required("AccountName");
        return new StorageConnectionString(account, Convert.FromBase64String(Required("AccountKey")), Endpoint("table"), Endpoint("blob"));

        string Required(string name) => parts.GetValueOrDefault(name) ?? throw new FormatException($"The connection string has no {name}.");

        Uri Endpoint(string service) => new(parts.GetValueOrDefault(service + "Endpoint")
            ?? $"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.{service}.{parts.GetValueOrDefault("EndpointSuffix", "core.windows.net")}");
    }
}
