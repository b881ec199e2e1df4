// The app on Flex Consumption, and all of its settings.
param name string
param planName string
param location string
param tags object

@description('The azd service that is deployed here.')
param serviceName string

param identityId string
param identityClientId string

@description('The blob container that packages are deployed to, as a URL.')
param deploymentContainerUrl string

param runtimeBlobEndpoint string
param runtimeQueueEndpoint string
param runtimeTableEndpoint string
param ledgerBlobEndpoint string
param ledgerTableEndpoint string
param applicationInsightsConnectionString string

@description('Empty: the app has no model account.')
param modelEndpoint string

param configFolder string

@secure()
@description('NAME:ROLE+ROLE:SHA256 of each caller, separated by semicolons.')
param callerKeys string

@description('The request header in which whatever stands in front names the caller\'s address. Empty: the platform\'s.')
param clientAddressHeader string

@description('Empty: the app\'s own address.')
param publicUrl string

param retentionDays int

@description('Empty: the task hub is on Azure Storage.')
param schedulerEndpoint string
param taskHubName string

@description('Empty: no virtual network.')
param subnetId string

param maximumInstanceCount int
param instanceMemoryMB int

@description('Instances that are always there for orchestrations and activities.')
param alwaysReadyInstances int

var settings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: runtimeBlobEndpoint
  AzureWebJobsStorage__queueServiceUri: runtimeQueueEndpoint
  AzureWebJobsStorage__tableServiceUri: runtimeTableEndpoint
  // Which of the app's identities the Azure SDKs take.
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_OPENAI_ENDPOINT: modelEndpoint
  DurableRouterStorage__blobServiceUri: ledgerBlobEndpoint
  DurableRouterStorage__tableServiceUri: ledgerTableEndpoint
  DURABLEROUTER_CONFIG: configFolder
  DURABLEROUTER_KEYS: callerKeys
  DURABLEROUTER_CLIENT_ADDRESS_HEADER: clientAddressHeader
  DURABLEROUTER_PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
  DURABLEROUTER_RETENTION_DAYS: string(retentionDays)
}

// A setting of this form overrides one value of host.json, whose default is a task hub on Azure Storage.
var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__hubName: taskHubName
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        // The platform's name of the group that all functions of Durable Functions share.
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
    }
  }

  resource passwordlessFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource passwordlessScm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: empty(schedulerEndpoint) ? settings : union(settings, schedulerSettings)
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
