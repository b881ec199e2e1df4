// Azure.AI.OpenAI 2.9.0-beta.1: azure-sdk-for-net 934bbdd, sdk/openai/Azure.AI.OpenAI/src/Custom/AzureOpenAIClient.cs
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace Azure.AI.OpenAI;

/// <summary>Speaks Azure OpenAI's dated REST API; see <see cref="AzureChatClient"/>.</summary>
public class AzureOpenAIClient : OpenAIClient
{
    readonly Uri _endpoint;
    readonly AzureOpenAIClientOptions _options;

    protected AzureOpenAIClient(ClientPipeline pipeline, Uri endpoint, AzureOpenAIClientOptions options)
        : base(pipeline, new OpenAIClientOptions { Endpoint = endpoint })
    {
        _endpoint = endpoint;
        _options = options;
    }

    public override ChatClient GetChatClient(string deploymentName) => new AzureChatClient(Pipeline, deploymentName, _endpoint, _options.Version);
}
