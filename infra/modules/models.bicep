// The model account and its deployments. Callers come with Entra tokens; the account has no keys.
import { roleIds } from 'roles.bicep'

type modelDeployment = {
  @description('The name that the catalog calls (models.yaml: deployment).')
  name: string
  model: string
  version: string
  @description('GlobalStandard, DataZoneStandard, Standard ...')
  sku: string
  @description('Thousands of tokens per minute.')
  capacity: int
}

param name string
param location string
param tags object

@description('The principal that calls the models.')
param principalId string

param deployments modelDeployment[]

@description('True: reachable through private endpoints only.')
param privateOnly bool

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'AIServices'
  sku: {
    name: 'S0'
  }
  properties: {
    // Entra tokens are accepted on an own subdomain only.
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: privateOnly ? 'Deny' : 'Allow'
    }
  }
}

// The service refuses changes to two deployments of one account at the same time.
@batchSize(1)
resource modelDeployments 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [
  for deployment in deployments: {
    parent: account
    name: deployment.name
    sku: {
      name: deployment.sku
      capacity: deployment.capacity
    }
    properties: {
      model: {
        format: 'OpenAI'
        name: deployment.model
        version: deployment.version
      }
      // A model that changes by itself changes quality and price behind the catalog's back.
      versionUpgradeOption: 'NoAutoUpgrade'
    }
  }
]

resource caller 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, roleIds.cognitiveServicesOpenAIUser)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.cognitiveServicesOpenAIUser)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output id string = account.id
output endpoint string = 'https://${name}.openai.azure.com/openai/v1/'
