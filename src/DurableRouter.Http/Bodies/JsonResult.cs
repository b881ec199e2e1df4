using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Bodies;

/// <summary>A JSON answer from a writing function, for resources that need no type of their own.</summary>
sealed class JsonResult<TState>(int status, TState state, Action<Utf8JsonWriter, TState> write) : JsonAnswer
{
    protected override int StatusOf(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return status;
    }

    protected override void Write(Utf8JsonWriter json, HttpContext context) => write(json, state);
}

static class JsonResult
{
    public static JsonResult<TState> Ok<TState>(TState state, Action<Utf8JsonWriter, TState> write) => new(200, state, write);

    public static JsonResult<TState> Of<TState>(int status, TState state, Action<Utf8JsonWriter, TState> write) => new(status, state, write);
}
