// Azure.AI.OpenAI 2.9.0-beta.1: azure-sdk-for-net, sdk/openai/Azure.AI.OpenAI/src/Custom/Chat/AzureChatClient.Protocol.cs and
// src/Utility/AzureOpenAIPipelineMessageBuilder.cs. There it overrides the internal CreateCompleteChatRequest, which only a friend can.
using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace Azure.AI.OpenAI;

sealed class AzureChatClient : ChatClient
{
    readonly Uri _address;

    internal AzureChatClient(ClientPipeline pipeline, string deployment, Uri endpoint, string version)
        : base(pipeline, deployment, new OpenAIClientOptions { Endpoint = endpoint }) =>
        _address = new($"{endpoint.AbsoluteUri.TrimEnd('/')}/openai/deployments/{Uri.EscapeDataString(deployment)}/chat/completions?api-version={version}");

    public override async Task<ClientResult> CompleteChatAsync(BinaryContent content, RequestOptions? options = null)
    {
        using var message = Pipeline.CreateMessage();
        message.ResponseClassifier = PipelineMessageClassifier.Create([200, 201]);
        message.Request.Method = "POST";
        message.Request.Uri = _address;
        message.Request.Headers.Set("Content-Type", "application/json");
        message.Request.Headers.Set("Accept", "application/json");
        message.Request.Content = content;
        message.Apply(options);
        await Pipeline.SendAsync(message);
        var response = message.BufferResponse ? message.Response! : message.ExtractResponse()!;
        return response.IsError && options?.ErrorOptions != ClientErrorBehaviors.NoThrow
            ? throw await ClientResultException.CreateAsync(response)
            : ClientResult.FromResponse(response);
    }
}
