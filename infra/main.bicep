// DurableRouter on Azure Functions, for `azd up`. docs/azure.md tells what each parameter does and how to change it.
//
// Resource types and versions are those that Azure publishes in github.com/Azure/bicep-types-az. Names follow the abbreviations of the
// Cloud Adoption Framework, with a token that is the same for the same subscription, environment and region.
targetScope = 'subscription'

import { roleIds } from 'modules/roles.bicep'

@minLength(1)
@maxLength(64)
@description('The azd environment; it names the resource group and tags everything.')
param environmentName string

@minLength(1)
@description('The region of everything that isn\'t given another one.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Whoever deploys; gets access to the scheduler\'s dashboard. Empty: nobody.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What principalId is: a pipeline that deploys is a service principal.')
param principalType string = 'User'

@secure()
@minLength(1)
@description('NAME:ROLE+ROLE:SHA256 of each caller of the API, separated by semicolons. Hashes, never a key; the app does not start without.')
param callerKeys string

@description('The request header with the caller\'s address, when a gateway stands in front that overwrites it. Empty: the platform\'s.')
param clientAddressHeader string = ''

@description('The address that links are built on, when a gateway stands in front. Empty: the app\'s own.')
param publicUrl string = ''

// config/examples/azure-openai calls the deployments of main.parameters.json; config has simulated models only.
@description('The folder of the configuration within the app. Empty: config/examples/azure-openai with a model account, else config.')
param configFolder string = ''

@minValue(1)
@description('For how many days content and histories of ended runs are kept.')
param retentionDays int = 30

@description('The deployments of the model account: name, model, version, sku, capacity. Empty: no account.')
param modelDeployments array = []

@description('The region of the model account.')
param modelLocation string = location

@description('True: the Durable Task Scheduler runs the orchestrations. False: a task hub on Azure Storage.')
param useDurableTaskScheduler bool = false

@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('True: storage, models and scheduler are reached through private endpoints in a virtual network only.')
param useVirtualNetwork bool = false

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('How ledger, approvals and content are replicated.')
param ledgerStorageSku string = 'Standard_ZRS'

@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(0)
@description('Instances that are always there for orchestrations and activities. 0: the first run after a pause waits for one to start.')
param alwaysReadyInstances int = 0

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = {
  'azd-env-name': environmentName
  application: 'durable-router'
}
var useModels = !empty(modelDeployments)
var deploymentContainer = 'app-package'
var taskHub = 'DurableRouter'

var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var queueZone = 'privatelink.queue.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var modelZones = [
  'privatelink.cognitiveservices.azure.com'
  'privatelink.openai.azure.com'
  'privatelink.services.ai.azure.com'
]
var schedulerZone = 'privatelink.durabletask.io'

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionDays: 30
  }
}

// What the Functions host keeps: packages, leases and, without the scheduler, the task hub.
module runtimeStorage 'modules/storage.bicep' = {
  name: 'runtime-storage'
  scope: group
  params: {
    name: 'strun${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    roles: [roleIds.storageBlobDataOwner, roleIds.storageQueueDataContributor, roleIds.storageTableDataContributor]
    containers: [deploymentContainer]
    privateOnly: useVirtualNetwork
    sku: 'Standard_LRS'
  }
}

// What must outlive the host: ledger, approvals, runs, content. An account of its own, so that task hubs can come and go.
module ledgerStorage 'modules/storage.bicep' = {
  name: 'ledger-storage'
  scope: group
  params: {
    name: 'stled${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    roles: [roleIds.storageBlobDataContributor, roleIds.storageTableDataContributor]
    privateOnly: useVirtualNetwork
    sku: ledgerStorageSku
  }
}

module models 'modules/models.bicep' = if (useModels) {
  name: 'models'
  scope: group
  params: {
    name: 'ais-${token}'
    location: modelLocation
    tags: tags
    principalId: identity.outputs.principalId
    deployments: modelDeployments
    privateOnly: useVirtualNetwork
  }
}

module scheduler 'modules/scheduler.bicep' = if (useDurableTaskScheduler) {
  name: 'scheduler'
  scope: group
  params: {
    name: 'dts-${token}'
    taskHubName: taskHub
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    operatorPrincipalId: principalId
    operatorPrincipalType: principalType
    sku: schedulerSku
    privateOnly: useVirtualNetwork
  }
}

module network 'modules/network.bicep' = if (useVirtualNetwork) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    zones: concat(
      [blobZone, queueZone, tableZone],
      useModels ? modelZones : [],
      useDurableTaskScheduler ? [schedulerZone] : []
    )
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (useVirtualNetwork) {
  name: 'private-endpoints'
  scope: group
  params: {
    location: location
    tags: tags
    subnetId: network!.outputs.endpointSubnetId
    endpoints: concat(
      [
        { name: 'pep-run-blob-${token}', targetId: runtimeStorage.outputs.id, group: 'blob', zones: [blobZone] }
        { name: 'pep-run-queue-${token}', targetId: runtimeStorage.outputs.id, group: 'queue', zones: [queueZone] }
        { name: 'pep-run-table-${token}', targetId: runtimeStorage.outputs.id, group: 'table', zones: [tableZone] }
        { name: 'pep-led-blob-${token}', targetId: ledgerStorage.outputs.id, group: 'blob', zones: [blobZone] }
        { name: 'pep-led-table-${token}', targetId: ledgerStorage.outputs.id, group: 'table', zones: [tableZone] }
      ],
      useModels ? [{ name: 'pep-models-${token}', targetId: models!.outputs.id, group: 'account', zones: modelZones }] : [],
      useDurableTaskScheduler
        ? [{ name: 'pep-scheduler-${token}', targetId: scheduler!.outputs.id, group: 'scheduler', zones: [schedulerZone] }]
        : []
    )
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    serviceName: 'router'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    deploymentContainerUrl: '${runtimeStorage.outputs.blobEndpoint}${deploymentContainer}'
    runtimeBlobEndpoint: runtimeStorage.outputs.blobEndpoint
    runtimeQueueEndpoint: runtimeStorage.outputs.queueEndpoint
    runtimeTableEndpoint: runtimeStorage.outputs.tableEndpoint
    ledgerBlobEndpoint: ledgerStorage.outputs.blobEndpoint
    ledgerTableEndpoint: ledgerStorage.outputs.tableEndpoint
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    modelEndpoint: useModels ? models!.outputs.endpoint : ''
    configFolder: !empty(configFolder) ? configFolder : (useModels ? 'config/examples/azure-openai' : 'config')
    callerKeys: callerKeys
    clientAddressHeader: clientAddressHeader
    publicUrl: publicUrl
    retentionDays: retentionDays
    schedulerEndpoint: useDurableTaskScheduler ? scheduler!.outputs.endpoint : ''
    taskHubName: taskHub
    subnetId: useVirtualNetwork ? network!.outputs.appSubnetId : ''
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
  }
  // Without its endpoints the app would find closed accounts.
  dependsOn: [privateEndpoints]
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_ROUTER_NAME string = functionApp.outputs.name
output SERVICE_ROUTER_URI string = functionApp.outputs.url
output APPLICATIONINSIGHTS_NAME string = monitoring.outputs.applicationInsightsName
output LEDGER_STORAGE_ACCOUNT string = ledgerStorage.outputs.name
output AZURE_OPENAI_ENDPOINT string = useModels ? models!.outputs.endpoint : ''
output DURABLE_TASK_SCHEDULER_ENDPOINT string = useDurableTaskScheduler ? scheduler!.outputs.endpoint : ''
output DURABLE_TASK_HUB string = useDurableTaskScheduler ? scheduler!.outputs.taskHubName : taskHub
