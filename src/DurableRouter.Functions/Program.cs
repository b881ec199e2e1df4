using DurableRouter.Core.Configuration;
using DurableRouter.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// On Azure it refuses to go on without the callers' keys.
var settings = AppSettings.Read(builder.Configuration);
var config = HostConfig.Load(settings.ConfigFolder, AppServices.OwnChecks);
builder.Services
    .AddPipelines(config)
    .AddModels()
    .AddTools()
    .AddAzureStorage(settings)
    .AddDurableRuns(settings)
    .AddMessages(settings, config.Webhooks, builder.Configuration)
    .AddHttpInterface(settings, config.Webhooks);

var app = builder.Build();
await app.Services.PrepareAsync(settings);
await app.RunAsync();
