// Azure.AI.OpenAI 2.9.0-beta.1: azure-sdk-for-net 6408a8b, sdk/openai/Azure.AI.OpenAI/src/Custom/AzureOpenAIClientOptions.cs
using System.ClientModel.Primitives;

namespace Azure.AI.OpenAI;

public class AzureOpenAIClientOptions : ClientPipelineOptions
{
    public AzureOpenAIClientOptions(ServiceVersion version)
    {
        Version = version switch
        {
            ServiceVersion.V2024_06_01 => "2024-06-01",
            ServiceVersion.V2024_08_01_Preview => "2024-08-01-preview",
            ServiceVersion.V2024_09_01_Preview => "2024-09-01-preview",
            ServiceVersion.V2024_10_01_Preview => "2024-10-01-preview",
            ServiceVersion.V2024_10_21 => "2024-10-21",
            ServiceVersion.V2024_12_01_Preview => "2024-12-01-preview",
            ServiceVersion.V2025_01_01_Preview => "2025-01-01-preview",
            ServiceVersion.V2025_03_01_Preview => "2025-03-01-preview",
            ServiceVersion.V2025_04_01_Preview => "2025-04-01-preview",
            _ => throw new NotSupportedException(),
        };
        // As the SDK does: its own retries, unless the caller takes them away.
        RetryPolicy = new ClientRetryPolicy();
    }

    public enum ServiceVersion
    {
        V2024_06_01 = 0,
        V2024_08_01_Preview = 1,
        V2024_09_01_Preview = 2,
        V2024_10_01_Preview = 3,
        V2024_10_21 = 4,
        V2024_12_01_Preview = 5,
        V2025_01_01_Preview = 6,
        V2025_03_01_Preview = 8,
        V2025_04_01_Preview = 9,
    }

    internal string Version { get; }
}
