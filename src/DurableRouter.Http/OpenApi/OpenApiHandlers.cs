using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.OpenApi;

static class OpenApiHandlers
{
    static readonly DocumentAnswer Answer = new();

    public static Task<IResult> Get(HttpContext context) => Task.FromResult<IResult>(Answer);

    sealed class DocumentAnswer : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var bytes = Description.Bytes;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = bytes.Length;
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await httpContext.Response.BodyWriter.WriteAsync(bytes, httpContext.RequestAborted);
            }
        }
    }
}
