using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PlainDurableApp;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

var calls = new TableClient(builder.Configuration["AzureWebJobsStorage"], "ModelCalls");
await calls.CreateIfNotExistsAsync();
builder.Services
    .AddSingleton(calls)
    .AddSingleton(new HttpClient { BaseAddress = new Uri(builder.Configuration["MODEL_ENDPOINT"]!) })
    .AddSingleton<ModelClient>();

builder.Build().Run();
