using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace DurableRouter.FunctionsHost.Http;

/// <summary>Durable's own HTTP interface, which the real host serves to holders of its system key.</summary>
sealed class DurableWebhook(DurableTaskExtension extension)
{
    public const string Path = "/runtime/webhooks/durabletask";
    public const string Key = "test-system-key";

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Query["code"] != Key)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var request = context.Request;
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method), $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}")
        {
            Content = new StreamContent(request.Body),
        };
        if (request.ContentType is { } type)
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        IAsyncConverter<HttpRequestMessage, HttpResponseMessage> durable = extension;
        using var answer = await durable.ConvertAsync(message, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content?.Headers.ContentType?.ToString();
        if (answer.Content is { } content)
        {
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
