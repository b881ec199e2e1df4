using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

[JsonConverter(typeof(JsonStringEnumConverter<ProviderKind>))]
public enum ProviderKind
{
    [JsonStringEnumMemberName("openai")] OpenAI,
    [JsonStringEnumMemberName("azure-openai")] AzureOpenAI,
    [JsonStringEnumMemberName("simulated")] Simulated,
}

/// <param name="Endpoint">Base address; null for in-process simulated models and with <see cref="EndpointEnv"/>.</param>
/// <param name="ApiKeyEnv">The name of the environment variable that holds the key, never the key.</param>
/// <param name="Entra">True: Microsoft Entra identity instead of a key.</param>
/// <param name="ApiVersion">Azure OpenAI's dated API; null uses its v1 endpoint.</param>
/// <param name="Residency"><c>local</c> for an endpoint whose data never leaves; null otherwise.</param>
/// <param name="Source"><c>file:line</c> of the entry, for error messages; not part of the version.</param>
public sealed record ProviderEntry(string Name, ProviderKind Kind, Uri? Endpoint, string? ApiKeyEnv, bool Entra, string? ApiVersion,
    string? Residency, [property: JsonIgnore] string? Source = null)
{
    /// <summary>The name of the environment variable that holds the base address, where only a deployment knows it.</summary>
    public string? EndpointEnv { get; init; }
}
