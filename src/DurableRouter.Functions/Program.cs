using DurableRouter.Core.Configuration;
using DurableRouter.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// On Azure it refuses to go on without the callers' keys.
var settings = AppSettings.Read(builder.Configuration);
builder.Services.AddRouterApp(settings, HostConfig.Load(settings.ConfigFolder, AppServices.OwnChecks), builder.Configuration);

builder.Services.AddTelemetry(builder.Configuration);

var app = builder.Build();
await app.Services.PrepareAsync(settings);
await app.RunAsync();
