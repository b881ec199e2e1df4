using System.Security.Cryptography;
using System.Text;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Approvals;

/// <summary>The page that a one-time link opens. It is the same text for every approval: facts and decision go through the interface, with the
/// token that only the browser knows, so opening or prefetching the page tells nothing and decides nothing.</summary>
static class ApprovalPage
{
    static readonly (byte[] Html, string Policy) Page = Build();

    public static Task<IResult> Get(HttpContext context)
    {
        Ids.FromRoute(context, "id");
        return Task.FromResult<IResult>(Answer.Instance);
    }

    static (byte[] Html, string Policy) Build()
    {
        var (style, script) = (Read("approve.css"), Read("approve.js"));
        var html = Read("approve.html").Replace("/*STYLE*/", style, StringComparison.Ordinal).Replace("/*SCRIPT*/", script, StringComparison.Ordinal);
        return (Encoding.UTF8.GetBytes(html), $"default-src 'none'; style-src '{HashOf(style)}'; script-src '{HashOf(script)}'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    }

    static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ApprovalPage).Assembly.GetManifestResourceStream("DurableRouter.Http.Approvals.Page." + name)!);
        // Browsers hash the text with the line ends that they normalise to.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    sealed class Answer : IResult
    {
        public static readonly Answer Instance = new();

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/html; charset=utf-8";
            response.ContentLength = Page.Html.Length;
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentSecurityPolicy = Page.Policy;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.XFrameOptions = "DENY";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await response.BodyWriter.WriteAsync(Page.Html, httpContext.RequestAborted);
            }
        }
    }
}
